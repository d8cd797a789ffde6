import type { ConversationType, RequestStatus } from '@app/contracts';
import type { Role } from '../state/conversation-state';

/** What somebody may want to do with a conversation or in it. */
export type Action = 'see' | 'send';

/** All that a decision depends on. */
export interface Situation {
  readonly role: Role | 'stranger';
  readonly type: ConversationType;
  readonly status: RequestStatus;
  /** Whether the one who asks has begun the conversation. */
  readonly isInitiator: boolean;
  /** Of a private conversation: whether one of the two blocks the other. */
  readonly isApart: boolean;
}

/** `unseen` is answered as NOTFOUND: for this user there is no such thing. */
export type Verdict = 'allowed' | 'unseen' | 'forbidden' | 'conflict';

/** Who may do what, in which state. Pure, and the only place where it is said. */
export function verdictOf(action: Action, { role }: Situation): Verdict {
  return role === 'stranger' ? 'unseen' : action === 'see' ? 'allowed' : 'allowed';
}
