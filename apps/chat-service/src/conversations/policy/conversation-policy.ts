import { Injectable } from '@nestjs/common';
import { AppError, notFound } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { PeopleService } from '../../people/people.service';
import type { ConversationState } from '../state/conversation-state';
import { judge, type Judgement } from './policy';
import type { Action } from './rules';
import { situationIn, type Particulars, type Situation } from './situation';

type Asker = Pick<Caller, 'userId'>;

/** The policy as everybody asks it: sockets, REST, files and search. */
@Injectable()
export class ConversationPolicy {
  constructor(private readonly people: PeopleService) {}

  /** Throws NOTFOUND, FORBIDDEN or CONFLICT, unless it is allowed. At once, if it is not about a private conversation. */
  assertMay(
    { userId }: Asker,
    state: ConversationState,
    action: Action,
    particulars?: Particulars,
  ): Promise<void> | undefined {
    if (state.type === 'private')
      return this.situationOf(userId, state, particulars).then((situation) =>
        assertAllowed(action, situation),
      );
    assertAllowed(action, situationIn(state, userId, false, particulars));
    return undefined;
  }

  async may(
    { userId }: Asker,
    state: ConversationState,
    action: Action,
    particulars?: Particulars,
  ): Promise<boolean> {
    return judge(action, await this.situationOf(userId, state, particulars)).verdict === 'allowed';
  }

  /** For those who must decide without a wait, such as the log: all that a judgement needs, as of now. */
  async situationOf(userId: number, state: ConversationState, particulars?: Particulars): Promise<Situation> {
    const isApart = state.type === 'private' && (await this.people.areApart(state.participants));
    return situationIn(state, userId, isApart, particulars);
  }
}

/** For the moment of a write, when the situation is at hand. */
export function assertAllowed(action: Action, situation: Situation): void {
  const judgement = judge(action, situation);
  if (judgement.verdict !== 'allowed') throw toError(judgement);
}

const toError = ({ verdict, why = '' }: Judgement): AppError =>
  verdict === 'unseen'
    ? notFound('conversation')
    : new AppError(verdict === 'conflict' ? 'CONFLICT' : 'FORBIDDEN', why);
