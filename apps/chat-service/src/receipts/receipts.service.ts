import { Injectable } from '@nestjs/common';
import { messageStatus, notFound } from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ConversationAccess } from '../conversations/conversation-access';
import { MessageRepository } from '../messages/message.repository';
import { ReceiptRepository } from './receipt.repository';

@Injectable()
export class ReceiptsService {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly messages: MessageRepository,
    private readonly access: ConversationAccess,
    private readonly broadcaster: Broadcaster,
  ) {}

  /** Moves the caller's watermark; tells the message's sender and the caller's other devices if it moved. */
  async read(caller: Caller, messageId: string): Promise<void> {
    const message = await this.messages.findById(messageId);
    const conversationId = message?.conversation_id.toHexString();
    const conversation = conversationId === undefined ? undefined : await this.access.find(conversationId);
    if (!message || !conversation?.participants.includes(caller.userId)) throw notFound('message');
    const at = new Date();
    if (!(await this.receipts.advance(conversation._id, caller.userId, message.seq, at))) return;
    const timestamp = at.toISOString();
    this.broadcaster.to(rooms.user(message.sender_id), rooms.user(caller.userId)).emit(messageStatus, {
      messageId,
      conversationId: conversation._id,
      userId: caller.userId,
      status: 'read',
      timestamp,
      deliveryInfo: [{ user_id: caller.userId, status: 'read', timestamp }],
    });
  }
}
