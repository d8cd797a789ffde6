import { Injectable } from '@nestjs/common';
import { AppError, notFound } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { sendingIn } from '../conversations/policy/policy';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { DepartedUsers } from '../departures/departed-users';
import type { Admission } from '../log/stored-message';

/** Whether somebody may say something: asked when they do, and again if the conversation changed before it was stored. */
@Injectable()
export class MessageAdmission {
  constructor(
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly departed: DepartedUsers,
    private readonly config: ChatConfig,
  ) {}

  /** At once, unless the conversation is a private one. */
  assertMaySend(caller: Caller, state: ConversationState): Promise<void> | undefined {
    return this.policy.assertMay(caller, state, sendingIn(state));
  }

  /** For the log, which asks again when the state is not the newest any more. */
  of(caller: Caller, state: ConversationState): Admission {
    // Without a wait before the append: what is not refused here was in line before the account was gone.
    if (this.departed.has(caller.userId)) throw new AppError('AUTH_INVALID', 'the account has been deleted');
    let current = state;
    const limit = this.config.REQUEST_INTRO_MESSAGES;
    const admission: Admission = {
      stateEv: state.ev,
      // Here the number is exact, whoever else writes: while a request is pending, only its initiator has said something.
      check: (told) => {
        if (current.status === 'pending' && told >= limit)
          throw new AppError('FORBIDDEN', `at most ${limit} messages pass before the request is accepted`);
      },
      renew: async (control) => {
        const now = await this.states.atLeast(state.id, control);
        if (!now) throw notFound('conversation');
        await this.assertMaySend(caller, now);
        current = now;
        admission.stateEv = now.ev;
      },
    };
    return admission;
  }
}
