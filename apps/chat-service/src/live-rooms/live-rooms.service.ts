import { Injectable } from '@nestjs/common';
import type { ConversationStatusDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationAccess } from '../conversations/conversation-access';
import { PresenceService } from '../presence/presence.service';

@Injectable()
export class LiveRoomsService {
  constructor(
    private readonly access: ConversationAccess,
    private readonly presence: PresenceService,
  ) {}

  async status(caller: Caller, conversationId: string): Promise<ConversationStatusDto> {
    const { participants } = await this.access.getFor(caller.userId, conversationId);
    return { online: await this.presence.onlineAmong(caller.userId, participants) };
  }
}
