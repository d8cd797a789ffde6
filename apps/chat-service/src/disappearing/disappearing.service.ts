import { Injectable } from '@nestjs/common';
import type { ConversationDto, SetDisappearDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationCommands } from '../conversations/conversation-commands';
import { assertAllowed, ConversationPolicy } from '../conversations/policy/conversation-policy';
import { situationIn } from '../conversations/policy/situation';
import { toConversationDto } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';

/** How long the messages of a conversation live. */
@Injectable()
export class DisappearingService {
  constructor(
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly commands: ConversationCommands,
  ) {}

  async set(caller: Caller, { seconds, ...command }: SetDisappearDto): Promise<ConversationDto> {
    const known = await this.states.getFor(caller.userId, command.conversationId);
    const { isApart } = await this.policy.situationOf(caller.userId, known);
    const state = await this.commands.runWithin(caller, command, ['disappearing-changed'], (now) => {
      assertAllowed('set-disappearing', situationIn(now, caller.userId, isApart));
      if (now.disappearAfter === seconds) return null;
      return { action: 'disappearing-changed', userIds: [], disappearAfter: seconds };
    });
    return toConversationDto(state);
  }
}
