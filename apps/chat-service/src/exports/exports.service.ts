import { Injectable } from '@nestjs/common';
import {
  badRequest,
  type ExportedConversationsDto,
  type ExportedMessageDto,
  type ExportedMessagesDto,
  type ExportedReceiptsDto,
  type ExportPartDto,
} from '@app/contracts';
import { ConversationsService } from '../conversations/conversations.service';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { MessageReader } from '../log/message-reader';
import type { StoredMessage } from '../log/stored-message';
import { ReceiptsService } from '../receipts/receipts.service';

const CONVERSATIONS = 200;
const MESSAGES = 200;
const RECEIPTS = 1_000;
/** A part is given when it took this long, however little is in it: the one who waits for the whole must hear something. */
const BUDGET_MS = 1_000;

/** What the chat service holds about a user, in parts of a bounded size. Field by field: what is added stays inside. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly conversationsOf: ConversationsService,
    private readonly memberships: MembershipsService,
    private readonly messagesOf: MessageReader,
    private readonly receiptsOf: ReceiptsService,
  ) {}

  async conversations({ userId, cursor }: ExportPartDto): Promise<ExportedConversationsDto> {
    const ids = await this.idsFrom(userId, cursor);
    const entries = await this.conversationsOf.getAll(ids.slice(0, CONVERSATIONS));
    return { entries, next: ids[CONVERSATIONS] ?? null };
  }

  async receipts({ userId, cursor }: ExportPartDto): Promise<ExportedReceiptsDto> {
    const ids = await this.idsFrom(userId, cursor);
    const receipts = await this.receiptsOf.listOwn(userId, ids.slice(0, RECEIPTS));
    const entries = receipts.map(({ conversationId, read_seq, read_at }) => ({
      conversation_id: conversationId,
      read_seq,
      read_at: read_at.toISOString(),
    }));
    return { entries, next: ids[RECEIPTS] ?? null };
  }

  /** By conversation, and there in the order of their client ids: the one that an index has. Each tells its `seq`. */
  async messages({ userId, cursor }: ExportPartDto): Promise<ExportedMessagesDto> {
    const giveUpAt = Date.now() + BUDGET_MS;
    const [first, after] = [cursor?.slice(0, 24), cursor?.slice(25)];
    const ids = await this.idsFrom(userId, first);
    const entries: ExportedMessageDto[] = [];
    for (const [index, id] of ids.entries()) {
      const left = MESSAGES - entries.length;
      const found = await this.messagesOf.listOwn(id, userId, left, id === first ? after : undefined);
      entries.push(...found.map(toExported));
      const last = found.at(-1);
      if (last && found.length === left) return { entries, next: `${id}.${last.clientId}` };
      const next = ids[index + 1];
      if (next !== undefined && Date.now() > giveUpAt) return { entries, next: `${next}.` };
    }
    return { entries, next: null };
  }

  /** The user's conversations from this one on, in one order. */
  private async idsFrom(userId: number, first = ''): Promise<string[]> {
    if (!/^([0-9a-f]{24})?$/.test(first))
      throw badRequest('cursor', 'must be the `next` of an earlier answer');
    const ids = await this.memberships.everIdsOf(userId);
    return ids.filter((id) => id >= first).sort();
  }
}

const toExported = (message: StoredMessage): ExportedMessageDto => ({
  _id: message._id.toHexString(),
  conversation_id: message.conversation_id.toHexString(),
  seq: message.seq,
  content: message.content,
  type: message.type,
  attachments: message.attachments,
  reply_to: message.reply_to?.toHexString() ?? null,
  created_at: message.created_at.toISOString(),
  edited_at: message.edited_at?.toISOString() ?? null,
  deleted_at: message.deleted_at?.toISOString() ?? null,
});
