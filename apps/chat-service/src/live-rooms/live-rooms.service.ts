import { Injectable } from '@nestjs/common';
import type { ConversationStatusDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationStates } from '../conversations/state/conversation-states';
import { PresenceService } from '../presence/presence.service';

@Injectable()
export class LiveRoomsService {
  constructor(
    private readonly states: ConversationStates,
    private readonly presence: PresenceService,
  ) {}

  async status(caller: Caller, conversationId: string): Promise<ConversationStatusDto> {
    const { participants } = await this.states.getFor(caller.userId, conversationId);
    return { online: await this.presence.onlineAmong(caller.userId, participants) };
  }
}
