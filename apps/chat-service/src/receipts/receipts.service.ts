import { Injectable } from '@nestjs/common';
import {
  AppError,
  notFound,
  type EmptyDto,
  type MarkConversationReadDto,
  type MessageDeliveryDto,
  type ReportedStatus,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageReader } from '../log/message-reader';
import type { StoredMessage } from '../log/stored-message';
import { NOTHING, type Mark } from './receipt';
import { ReceiptNotices, type Step } from './receipt-notices';
import { ReceiptViews } from './receipt-views';
import { ReceiptRepository, type OwnReceipt } from './receipt.repository';

/** Conversations per write. */
const STEP = 1_000;

/** How far members have come: two watermarks each, of what has reached them and of what they have read. */
@Injectable()
export class ReceiptsService {
  private readonly listeners: ((userId: number, conversationId: string, seq: number) => void)[] = [];

  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly messages: MessageReader,
    private readonly states: ConversationStates,
    private readonly views: ReceiptViews,
    private readonly notices: ReceiptNotices,
  ) {}

  /** Called on this instance when somebody has read something. */
  onRead(listener: (userId: number, conversationId: string, seq: number) => void): void {
    this.listeners.push(listener);
  }

  /** Everything up to the message is read or has arrived. A failure is passed on and not kept. */
  async report(caller: Caller, messageId: string, status: ReportedStatus): Promise<EmptyDto> {
    const found = await this.getSeen(caller, messageId);
    const { conversation, message } = found;
    const step = { conversation, userId: caller.userId, status, messages: [message], at: new Date() };
    if (status === 'failed') await this.notices.tell(step);
    else await this.advance({ ...step, status });
    return {};
  }

  /** In each of their conversations, everything up to the newest of the messages. All are known to the caller, or nothing is done. */
  async markMessages(caller: Caller, messageIds: readonly string[]): Promise<EmptyDto> {
    const stored = new Map(
      (await this.messages.listByIds(messageIds)).map((one) => [one._id.toHexString(), one]),
    );
    const byConversation = new Map<string, StoredMessage[]>();
    for (const message of stored.values()) {
      const id = message.conversation_id.toHexString();
      byConversation.set(id, [...(byConversation.get(id) ?? []), message]);
    }
    const seen = new Map<string, ConversationState>();
    for (const id of byConversation.keys()) {
      const conversation = await this.states.findFor(caller.userId, id);
      if (conversation) seen.set(id, conversation);
    }
    const unknown = messageIds.flatMap((id, index) => {
      const message = stored.get(id.toLowerCase());
      return message && seen.has(message.conversation_id.toHexString()) ? [] : [`messageIds[${index}]`];
    });
    if (unknown.length > 0) throw unknownMessages(unknown);
    const at = new Date();
    await Promise.all(
      [...seen].map(([id, conversation]) => {
        const messages = (byConversation.get(id) ?? []).sort((a, b) => a.seq - b.seq);
        return this.advance({ conversation, userId: caller.userId, status: 'read', messages, at });
      }),
    );
    return {};
  }

  /** Everything up to a place, or all that there is. */
  async markConversation(
    caller: Caller,
    { conversationId, upToSeq = Number.MAX_SAFE_INTEGER }: MarkConversationReadDto,
  ): Promise<EmptyDto> {
    const conversation = await this.states.getFor(caller.userId, conversationId);
    const last = await this.messages.findUpTo(conversation.id, upToSeq);
    if (!last) return {};
    const { userId } = caller;
    const [before] = await this.receipts.listOwn(userId, [conversation.id]);
    const after = before?.read_seq ?? 0;
    if (after >= last.seq) return {};
    // Somebody's last words may stand before one's own; their sender wants to know.
    const others =
      last.sender_id === userId
        ? await this.messages.findNewestOfOthers(conversation.id, userId, after, last.seq)
        : null;
    const messages = others ? [others, last] : [last];
    await this.advance({ conversation, userId, status: 'read', messages, at: new Date() });
    return {};
  }

  async deliveryOf(caller: Caller, messageId: string): Promise<MessageDeliveryDto> {
    const { conversation, message } = await this.getSeen(caller, messageId);
    const readership = await this.views.readershipFor(caller.userId, conversation);
    return { messageId: message._id.toHexString(), ...readership.deliveryOf(message) };
  }

  /** How far the user has come in these conversations. */
  listOwn(userId: number, conversationIds: readonly string[]): Promise<OwnReceipt[]> {
    return this.receipts.listOwn(userId, conversationIds);
  }

  /** Up to where members have read, in the order of the places; undefined: nothing. */
  readBy(places: readonly { userId: number; conversationId: string }[]): Promise<(Mark | undefined)[]> {
    return this.receipts.readBy(places);
  }

  /** The member is about to hide a message of the conversation from themself: see `Receipt.hides`. */
  markHiding(conversationId: string, userId: number): Promise<void> {
    return this.receipts.markHiding(conversationId, userId);
  }

  /** Forgets how far the user has come in these conversations; how many those were. */
  async removeAllOf(userId: number, conversationIds: string[]): Promise<number> {
    let removed = 0;
    for (let from = 0; from < conversationIds.length; from += STEP)
      removed += await this.receipts.removeOf(userId, conversationIds.slice(from, from + STEP));
    return removed;
  }

  /** Tells of it only what is news: a watermark that stood there or further does not move. */
  private async advance(step: Step & { status: 'read' | 'delivered' }): Promise<void> {
    const { conversation, userId, status, messages, at } = step;
    const last = messages.at(-1);
    if (!last || !(await this.receipts[status](conversation.id, userId, last, at))) return;
    const { seq, told } = last;
    const delivered = { ...NOTHING, user_id: userId, delivered_seq: seq, delivered_at: at };
    const read = { read_seq: seq, read_told: told, read_at: at };
    this.views.moved(conversation.id, { ...delivered, ...(status === 'read' && read) });
    if (status === 'read') for (const listener of this.listeners) listener(userId, conversation.id, seq);
    await this.notices.tell(step);
  }

  /** A message of a conversation of the caller; any other one does not exist. */
  private async getSeen(caller: Caller, messageId: string) {
    const message = await this.messages.findById(messageId);
    const conversation =
      message && (await this.states.findFor(caller.userId, message.conversation_id.toHexString()));
    if (!message || !conversation) throw notFound('message');
    return { message, conversation };
  }
}

const unknownMessages = (fields: string[]) =>
  new AppError(
    'NOTFOUND',
    'message not found',
    fields.map((field) => ({ field, message: 'not found' })),
  );
