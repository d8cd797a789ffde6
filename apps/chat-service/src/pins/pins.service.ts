import { Injectable } from '@nestjs/common';
import { AppError, type ConversationIdDto, type MessageDto, type PinMessageDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageAccess } from '../messages/message-access';
import { MessageChanges } from '../messages/message-changes';
import { MessagePages } from '../messages/message-pages';
import { PinRepository } from './pin.repository';

@Injectable()
export class PinsService {
  constructor(
    private readonly pins: PinRepository,
    private readonly access: MessageAccess,
    private readonly changes: MessageChanges,
    private readonly pages: MessagePages,
    private readonly states: ConversationStates,
    private readonly config: ChatConfig,
  ) {}

  async pin(caller: Caller, { messageId, clientId }: PinMessageDto): Promise<MessageDto> {
    const found = await this.access.getLiving(caller, messageId, 'pin');
    const most = this.config.MAX_PINS;
    let pinned = 0;
    const lookAround = async () => {
      pinned = await this.pins.count(found.state.id, most);
    };
    const announcement = { kind: 'pinned', by: caller.userId, pinned: true } as const;
    return this.changes.apply(found, { caller, clientId, announcement, lookAround }, ({ pinned_at }, at) => {
      if (pinned_at) return null;
      if (pinned >= most)
        throw new AppError('CONFLICT', `a conversation may have at most ${most} pinned messages`);
      return { pinned_at: at, pinned_by: caller.userId };
    });
  }

  async unpin(caller: Caller, { messageId, clientId }: PinMessageDto): Promise<MessageDto> {
    const found = await this.access.getLiving(caller, messageId, 'pin');
    const announcement = { kind: 'pinned', by: caller.userId, pinned: false } as const;
    return this.changes.apply(found, { caller, clientId, announcement }, ({ pinned_at }) =>
      pinned_at ? { pinned_at: undefined, pinned_by: undefined } : null,
    );
  }

  async list(caller: Caller, { conversationId }: ConversationIdDto): Promise<MessageDto[]> {
    const state = await this.states.getFor(caller.userId, conversationId);
    const pinned = await this.pins.list(state.id, this.config.MAX_PINS);
    return this.pages.show(caller.userId, state, pinned);
  }
}
