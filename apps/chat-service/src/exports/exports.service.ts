import { Injectable } from '@nestjs/common';
import {
  badRequest,
  type ExportedConversationsDto,
  type ExportedConversationSettingsDto,
  type ExportedDraftsDto,
  type ExportedFilesDto,
  type ExportedHiddenMessagesDto,
  type ExportedMessageDto,
  type ExportedMessagesDto,
  type ExportedReactionsDto,
  type ExportedReceiptsDto,
  type ExportedScheduledMessagesDto,
  type ExportPartDto,
} from '@app/contracts';
import { SettingsService } from '../conversation-settings/settings.service';
import { ConversationsService } from '../conversations/conversations.service';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { DraftsService } from '../drafts/drafts.service';
import { FilesService } from '../files/files.service';
import { HiddenMessages } from '../hidden/hidden-messages';
import { MessageReader } from '../log/message-reader';
import type { StoredMessage } from '../log/stored-message';
import { OwnReactions } from '../reactions/own-reactions';
import { ReceiptsService } from '../receipts/receipts.service';
import { ScheduledService } from '../scheduled/scheduled.service';

const CONVERSATIONS = 200;
const MESSAGES = 200;
const RECEIPTS = 1_000;
/** Reactions, hidden messages and settings. */
const MARKS = 500;
/** Drafts and scheduled messages: a full one has as many characters as a message can have. */
const TEXTS = 100;
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
    private readonly reactionsOf: OwnReactions,
    private readonly hiddenOf: HiddenMessages,
    private readonly settingsOf: SettingsService,
    private readonly filesOf: FilesService,
    private readonly draftsOf: DraftsService,
    private readonly scheduledOf: ScheduledService,
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

  async reactions({ userId, cursor }: ExportPartDto): Promise<ExportedReactionsDto> {
    const found = await this.reactionsOf.list(userId, idIn(cursor), MARKS);
    const entries = found.flatMap(({ _id, conversation_id, reactions = [] }) =>
      reactions
        .filter(({ user_ids }) => user_ids.includes(userId))
        .map(({ emoji }) => ({
          message_id: _id.toHexString(),
          conversation_id: conversation_id.toHexString(),
          emoji,
        })),
    );
    return { entries, next: nextOf(found, ({ _id }) => _id) };
  }

  async hiddenMessages({ userId, cursor }: ExportPartDto): Promise<ExportedHiddenMessagesDto> {
    const found = await this.hiddenOf.listOwn(userId, idIn(cursor), MARKS);
    const entries = found.map(({ message_id, conversation_id, at }) => ({
      message_id: message_id.toHexString(),
      conversation_id: conversation_id.toHexString(),
      hidden_at: at.toISOString(),
    }));
    return { entries, next: nextOf(found, ({ message_id }) => message_id) };
  }

  async conversationSettings({ userId, cursor }: ExportPartDto): Promise<ExportedConversationSettingsDto> {
    const entries = await this.settingsOf.listOwn(userId, idIn(cursor), MARKS);
    return { entries, next: entries.length === MARKS ? (entries.at(-1)?.conversation_id ?? null) : null };
  }

  /** By conversation, also of those that the user has left. */
  async drafts({ userId, cursor }: ExportPartDto): Promise<ExportedDraftsDto> {
    const entries = await this.draftsOf.listOwn(userId, idIn(cursor), TEXTS);
    return { entries, next: entries.length === TEXTS ? (entries.at(-1)?.conversation_id ?? null) : null };
  }

  /** What they are; each can be had at its address, as long as there is an account. */
  async files({ userId, cursor }: ExportPartDto): Promise<ExportedFilesDto> {
    const entries = await this.filesOf.listOwn(userId, idIn(cursor), MARKS);
    return { entries, next: entries.length === MARKS ? (entries.at(-1)?._id ?? null) : null };
  }

  async scheduledMessages({ userId, cursor }: ExportPartDto): Promise<ExportedScheduledMessagesDto> {
    const { items, next } = await this.scheduledOf.list({ userId }, { limit: TEXTS, cursor });
    return { entries: items, next: next ?? null };
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
    idIn(first === '' ? undefined : first);
    const ids = await this.memberships.everIdsOf(userId);
    return ids.filter((id) => id >= first).sort();
  }
}

/** The cursor, if it is the id that it should be. */
function idIn(cursor: string | undefined): string | undefined {
  if (cursor !== undefined && !/^[0-9a-f]{24}$/.test(cursor))
    throw badRequest('cursor', 'must be the `next` of an earlier answer');
  return cursor;
}

function nextOf<T>(found: T[], idOf: (item: T) => StoredMessage['_id']): string | null {
  const last = found.at(-1);
  return last !== undefined && found.length === MARKS ? idOf(last).toHexString() : null;
}

const toExported = (message: StoredMessage): ExportedMessageDto => ({
  _id: message._id.toHexString(),
  conversation_id: message.conversation_id.toHexString(),
  seq: message.seq,
  content: message.content,
  type: message.type,
  attachments: message.attachments,
  reply_to: message.reply_to?.toHexString() ?? null,
  ...(message.thread_id && { thread_id: message.thread_id.toHexString() }),
  ...(message.mentions && { mentions: message.mentions }),
  ...(message.edits && {
    edits: message.edits.map(({ content, at }) => ({ content, at: at.toISOString() })),
  }),
  created_at: message.created_at.toISOString(),
  edited_at: message.edited_at?.toISOString() ?? null,
  deleted_at: message.deleted_at?.toISOString() ?? null,
});
