import type { ConversationType, RequestStatus } from '@app/contracts';
import { roleIn, type ConversationState, type Role } from '../state/conversation-state';

/** What some actions are done to. Who does not say it is taken for the one who may least. */
export interface Particulars {
  /** Whether it is about the caller's own message, or about the caller themself. */
  readonly isOwn?: boolean;
  /** Of the member to whom it is done. */
  readonly targetRole?: Role;
}

/** All that a decision depends on. */
export interface Situation extends Particulars {
  readonly role: Role | 'stranger';
  readonly type: ConversationType;
  readonly status: RequestStatus;
  /** Whether the one who asks has begun the conversation. */
  readonly isInitiator: boolean;
  /** Of a private conversation: whether one of the two blocks the other. */
  readonly isApart: boolean;
  /** Whether nobody else is in it. */
  readonly isAlone?: boolean;
}

/** How a conversation looks to one user; one that is deleted has strangers only, also when it was a channel. */
export const situationIn = (
  state: ConversationState,
  userId: number,
  isApart: boolean,
  particulars?: Particulars,
): Situation => ({
  role: state.isDeleted ? 'stranger' : roleIn(state, userId),
  type: state.isDeleted ? 'private' : state.type,
  status: state.status,
  isInitiator: state.initiatorId === userId,
  isApart,
  isAlone: state.participants.length === 1,
  ...particulars,
});
