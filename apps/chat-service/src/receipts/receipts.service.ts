import { Injectable } from '@nestjs/common';
import { messageStatus, notFound } from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ConversationAccess } from '../conversations/conversation-access';
import { MessageReader } from '../log/message-reader';
import type { Receipt } from './receipt';
import { ReceiptRepository } from './receipt.repository';

/** Conversations per write. */
const STEP = 1_000;

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

  /** Forgets how far the user has read in these conversations; how many those were. */
  async removeAllOf(userId: number, conversationIds: string[]): Promise<number> {
    let removed = 0;
    for (let from = 0; from < conversationIds.length; from += STEP)
      removed += await this.receipts.removeOf(userId, conversationIds.slice(from, from + STEP));
    return removed;
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
