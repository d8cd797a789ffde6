import type { ConversationState } from '../state/conversation-state';
import { ruleOf, type Action, type Refusal, type Verdict } from './rules';
import type { Situation } from './situation';

export interface Judgement {
  verdict: Verdict;
  /** Of a refusal: the reason, for the caller. */
  why?: string;
}

const RANKS = { member: 1, moderator: 2, admin: 3 } as const;
const ALLOWED: Judgement = { verdict: 'allowed' };
const UNSEEN: Judgement = { verdict: 'unseen' };

/** Who may do what, in which state. Pure, and the only place where it is said (docs/adr/0018, docs/policy.md). */
export function judge(action: Action, situation: Situation): Judgement {
  const { role, type } = situation;
  const { what, needs, reaches, byStrangers, also } = ruleOf(action);
  if (role === 'stranger') return byStrangers?.includes(type) ? ALLOWED : UNSEEN;
  const special = also?.(situation);
  if (special === null) return ALLOWED;
  if (special !== undefined) return refusal(special);
  const least = needs[type];
  if (least === null)
    return refusal([
      'conflict',
      `in a ${type === 'private' ? 'private conversation' : type} nobody may ${what}`,
    ]);
  if (RANKS[role] < RANKS[least])
    return refusal([
      'forbidden',
      `only ${least === 'admin' ? 'the admin' : 'moderators and the admin'} may ${what}`,
    ]);
  const silence = reaches && type === 'private' ? silenceIn(situation) : undefined;
  return silence ? refusal(silence) : ALLOWED;
}

export const verdictOf = (action: Action, situation: Situation): Verdict => judge(action, situation).verdict;

/** What a message to this conversation is: an introduction while the other side has not agreed. */
export const sendingIn = ({ status }: Pick<ConversationState, 'status'>): 'send' | 'introduce' =>
  status === 'pending' ? 'introduce' : 'send';

/** Why nothing passes between the two of a private conversation. */
function silenceIn({ isApart, status, isInitiator }: Situation): Refusal | undefined {
  if (isApart) return ['forbidden', 'no messages pass between you and this user'];
  if (status === 'accepted') return undefined;
  if (!isInitiator) return ['forbidden', 'accept the request first'];
  return [
    'forbidden',
    status === 'pending' ? 'the request has not been accepted yet' : 'the request was declined',
  ];
}

const refusal = ([verdict, why]: Refusal): Judgement => ({ verdict, why });
