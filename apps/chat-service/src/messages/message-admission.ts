import { Injectable } from '@nestjs/common';
import { AppError, notFound } from '@app/contracts';
import type { Caller } from '@app/realtime';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { DepartedUsers } from '../departures/departed-users';
import type { Admission } from '../log/stored-message';
import { PeopleService } from '../people/people.service';

/** Whether somebody may say something: asked when they do, and again if the conversation changed before it was stored. */
@Injectable()
export class MessageAdmission {
  constructor(
    private readonly states: ConversationStates,
    private readonly people: PeopleService,
    private readonly departed: DepartedUsers,
  ) {}

  async assertMaySend(state: ConversationState): Promise<void> {
    if (state.type === 'private') await this.people.assertTalking(state.participants);
  }

  /** For the log, which asks again when the state is not the newest any more. */
  of(caller: Caller, state: ConversationState): Admission {
    // Without a wait before the append: what is not refused here was in line before the account was gone.
    if (this.departed.has(caller.userId)) throw new AppError('AUTH_INVALID', 'the account has been deleted');
    const admission: Admission = {
      stateEv: state.ev,
      renew: async (control) => {
        const now = await this.states.atLeast(state.id, control);
        if (!now || now.isDeleted || !now.participants.includes(caller.userId))
          throw notFound('conversation');
        await this.assertMaySend(now);
        admission.stateEv = now.ev;
      },
    };
    return admission;
  }
}
