import { Injectable } from '@nestjs/common';
import { messageStatus, notFound, type ConversationDto } from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ConversationAccess } from '../conversations/conversation-access';
import { PeopleService } from '../people/people.service';
import { MessageReader } from '../log/message-reader';
import type { Receipt } from './receipt';
import { ReceiptRepository, type OwnReceipt } from './receipt.repository';

/** Conversations per write. */
const STEP = 1_000;

@Injectable()
export class ReceiptsService {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly messages: MessageReader,
    private readonly access: ConversationAccess,
    private readonly people: PeopleService,
    private readonly broadcaster: Broadcaster,
  ) {}

  /**
   * The watermarks of a conversation's members that the reader may see: their own, and those of members who let others know, unless the reader does
   * not: who keeps that to themselves is not told of others either.
   */
  async listFor(readerId: number, conversationId: string): Promise<Receipt[]> {
    const receipts = await this.receipts.listOf(conversationId);
    const others = receipts.flatMap(({ user_id }) => (user_id === readerId ? [] : [user_id]));
    if (others.length === 0) return receipts;
    const silent = await this.people.silentReaders([readerId, ...others]);
    return receipts.filter(
      ({ user_id }) => user_id === readerId || !(silent.has(readerId) || silent.has(user_id)),
    );
  }

  /** How far the user has read in these conversations. */
  listOwn(userId: number, conversationIds: string[]): Promise<OwnReceipt[]> {
    return this.receipts.listOwn(userId, conversationIds);
  }

  /** Forgets how far the user has read in these conversations; how many those were. */
  async removeAllOf(userId: number, conversationIds: string[]): Promise<number> {
    let removed = 0;
    for (let from = 0; from < conversationIds.length; from += STEP)
      removed += await this.receipts.removeOf(userId, conversationIds.slice(from, from + STEP));
    return removed;
  }

  /** Moves the caller's watermark; tells the caller's other devices if it moved, and the message's sender if both share that. */
  async read(caller: Caller, messageId: string): Promise<void> {
    const message = await this.messages.findById(messageId);
    const conversationId = message?.conversation_id.toHexString();
    const conversation = conversationId === undefined ? undefined : await this.access.find(conversationId);
    if (!message || !conversation?.participants.includes(caller.userId)) throw notFound('message');
    const at = new Date();
    if (!(await this.receipts.advance(conversation._id, caller.userId, message.seq, at))) return;
    const timestamp = at.toISOString();
    const sender = (await this.maySenderKnow(conversation, caller.userId, message.sender_id))
      ? [message.sender_id]
      : [];
    const told = [caller.userId, ...sender];
    this.broadcaster.to(...told.map(rooms.user)).emit(messageStatus, {
      messageId,
      conversationId: conversation._id,
      userId: caller.userId,
      status: 'read',
      timestamp,
      deliveryInfo: [{ user_id: caller.userId, status: 'read', timestamp }],
    });
  }

  /** When both let others know what they have read, and neither blocks the other in a private conversation. */
  private async maySenderKnow(
    { type, participants }: ConversationDto,
    readerId: number,
    senderId: number,
  ): Promise<boolean> {
    if (type === 'private' && (await this.people.areApart(participants))) return false;
    return (await this.people.silentReaders([readerId, senderId])).size === 0;
  }
}
