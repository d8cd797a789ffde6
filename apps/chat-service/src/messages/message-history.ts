import { Injectable } from '@nestjs/common';
import {
  badRequest,
  type ConversationDto,
  type ListMessagesDto,
  type MessageDto,
  type Page,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationAccess } from '../conversations/conversation-access';
import { DepartedUsers } from '../departures/departed-users';
import { MessageLog } from '../log/message-log';
import { ReceiptsService } from '../receipts/receipts.service';
import { MessageReader, type Position } from '../log/message-reader';
import { toMessageDto } from './message.view';

const DEFAULT_LIMIT = 20;

/** What has been said: pages of a history, and what a list of conversations shows of each. */
@Injectable()
export class MessageHistory {
  constructor(
    private readonly messages: MessageReader,
    private readonly receipts: ReceiptsService,
    private readonly access: ConversationAccess,
    private readonly departed: DepartedUsers,
    private readonly log: MessageLog,
  ) {}

  async list(caller: Caller, input: ListMessagesDto): Promise<Page<MessageDto>> {
    const conversation = await this.access.getFor(caller.userId, input.conversationId);
    if (input.before !== undefined && input.after !== undefined)
      throw badRequest('after', 'must not stand beside before');
    const limit = input.limit ?? DEFAULT_LIMIT;
    const bound = {
      ...(input.before !== undefined && { before: toPosition('before', input.before) }),
      ...(input.after !== undefined && { after: toPosition('after', input.after) }),
    };
    const [stored, receipts] = await Promise.all([
      this.messages.page(input.conversationId, limit, bound),
      this.receipts.listFor(caller.userId, input.conversationId),
    ]);
    const living = this.departed.livingIn(conversation).length;
    const items = stored.map((message) => toMessageDto(message, receipts, living - 1));
    const oldest = items.at(-1);
    return { items, next: oldest && oldest.seq > 1 ? String(oldest.seq) : null };
  }

  /** The newest message of a conversation and how many its reader has not read. */
  async summaryFor(
    userId: number,
    conversation: ConversationDto,
  ): Promise<{ lastMessage: MessageDto | null; unread: number }> {
    const { _id } = conversation;
    const [newest, receipts] = await Promise.all([
      this.messages.findNewest(_id),
      this.receipts.listFor(userId, _id),
    ]);
    const readSeq = receipts.find((receipt) => receipt.user_id === userId)?.read_seq ?? 0;
    const unread = newest && newest.seq > readSeq ? await this.messages.countUnread(_id, userId, readSeq) : 0;
    return {
      lastMessage: newest && toMessageDto(newest, receipts, this.departed.livingIn(conversation).length - 1),
      unread,
    };
  }

  /** Where the conversation's stream stands; zeros before its first message. */
  async head(conversationId: string): Promise<{ seq: number; ev: number }> {
    const { seq, ev } = await this.log.last(conversationId);
    return { seq, ev };
  }
}

/** An ISO date, a message id or a seq; the contract has made sure that it looks like one of them. */
function toPosition(field: string, text: string): Position {
  if (/^[0-9a-f]{24}$/i.test(text)) return { id: text };
  if (/^\d{1,15}$/.test(text)) return { seq: Number(text) };
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw badRequest(field, 'must be an ISO 8601 date, a message id or a seq');
  return { at };
}
