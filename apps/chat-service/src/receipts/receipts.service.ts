import { Injectable } from '@nestjs/common';
import { messageStatus, notFound } from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ConversationAccess } from '../conversations/conversation-access';
import { MessageReader } from '../log/message-reader';
import type { Receipt } from './receipt';
import { ReceiptRepository } from './receipt.repository';

@Injectable()
export class ReceiptsService {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly messages: MessageReader,
    private readonly access: ConversationAccess,
    private readonly broadcaster: Broadcaster,
  ) {}

  /** The watermarks of a conversation's members; who has read nothing has none. */
  listOf(conversationId: string): Promise<Receipt[]> {
    return this.receipts.listOf(conversationId);
  }

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
