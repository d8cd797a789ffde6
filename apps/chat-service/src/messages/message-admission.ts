import { Injectable } from '@nestjs/common';
import { AppError, notFound } from '@app/contracts';
import { RateWindow, type Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { sendingIn } from '../conversations/policy/policy';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { DepartedUsers } from '../departures/departed-users';
import type { Admission } from '../log/stored-message';

const PACE_WINDOW_MS = 10_000;

/** Whether somebody may say something: asked when they do, and again if the conversation changed before it was stored. */
@Injectable()
export class MessageAdmission {
  private readonly pace: RateWindow<number> | undefined;

  constructor(
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly departed: DepartedUsers,
    private readonly config: ChatConfig,
  ) {
    if (config.SEND_RATE_MAX > 0) this.pace = new RateWindow(config.SEND_RATE_MAX, PACE_WINDOW_MS);
  }

  /** One who says more than anybody reads would slow the others down: what is said costs as often as there are listeners. */
  assertPace({ userId }: Caller): void {
    this.pace?.spend(userId, 'messages');
  }

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
