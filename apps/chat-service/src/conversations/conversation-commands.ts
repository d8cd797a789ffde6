import { Injectable } from '@nestjs/common';
import { AppError, notFound, type SystemAction } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { DepartedUsers } from '../departures/departed-users';
import type { ConversationState } from './state/conversation-state';
import { ConversationStates, type Decision } from './state/conversation-states';

/** What a client asks to be done to a conversation. */
export interface Command {
  conversationId: string;
  /** A repeat of the command changes nothing, also when its sender may not do it any more. */
  clientId?: string;
}

/** Changes of conversations at the wish of users. Rights are asked in `decide`: at the place where the change will stand. */
@Injectable()
export class ConversationCommands {
  constructor(
    private readonly states: ConversationStates,
    private readonly departed: DepartedUsers,
  ) {}

  /** The conversation as it is now. `actions`: what `decide` may do. */
  async run(
    caller: Caller,
    { conversationId, clientId }: Command,
    actions: readonly SystemAction[],
    decide: Decision,
    events: readonly string[] = [],
  ): Promise<ConversationState> {
    if (this.departed.has(caller.userId)) throw new AppError('AUTH_INVALID', 'the account has been deleted');
    const { state, message } = await this.states.change(caller, conversationId, clientId, decide, events);
    // The client used this id for something else: what it asks for now was not done.
    if (message && !actions.some((action) => action === message.system?.action)) {
      const problem = 'must not be that of another command or message';
      throw new AppError('CONFLICT', `clientId ${problem}`, [{ field: 'clientId', message: problem }]);
    }
    return state;
  }

  /** As `run`; NOTFOUND for those who are not in the conversation any more when it is done. */
  async runWithin(...args: Parameters<ConversationCommands['run']>): Promise<ConversationState> {
    const state = await this.run(...args);
    if (state.isDeleted || !state.participants.includes(args[0].userId)) throw notFound('conversation');
    return state;
  }
}
