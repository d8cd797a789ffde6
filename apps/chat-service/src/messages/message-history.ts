import { Injectable } from '@nestjs/common';
import { badRequest, notFound, type ListMessagesDto, type MessageDto, type Page } from '@app/contracts';
import type { Caller } from '@app/realtime';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageLog } from '../log/message-log';
import { ReceiptViews } from '../receipts/receipt-views';
import { MessageReader, type Position } from '../log/message-reader';
import type { ShownMessage } from '../log/stored-message';
import { UnreadService } from '../unread/unread.service';
import { MessagePages } from './message-pages';
import { toMessageDto } from './message.view';

const DEFAULT_LIMIT = 20;

/** What has been said: pages of a history, and what a list of conversations shows of each. */
@Injectable()
export class MessageHistory {
  constructor(
    private readonly messages: MessageReader,
    private readonly views: ReceiptViews,
    private readonly states: ConversationStates,
    private readonly unread: UnreadService,
    private readonly log: MessageLog,
    private readonly pages: MessagePages,
  ) {}

  async list(caller: Caller, input: ListMessagesDto): Promise<Page<MessageDto>> {
    const conversation = await this.states.getFor(caller.userId, input.conversationId);
    const read = this.read(input);
    const [found, { items, cleared }] = await Promise.all([
      read,
      this.pages.page(
        caller.userId,
        conversation,
        read.then((page) => page.items),
      ),
    ]);
    await this.assertStillIn(caller, conversation, found.items);
    const shown = behind(found, cleared);
    if (input.around !== undefined && shown.items.length === 0) throw notFound('message');
    return { ...shown, items };
  }

  /** What was read may tell of a change that this instance has not heard of: one by which the reader has gone. */
  private async assertStillIn(
    { userId }: Caller,
    { id, ev }: ConversationState,
    found: ShownMessage[],
  ): Promise<void> {
    const control = Math.max(0, ...found.map(({ control_ev }) => control_ev));
    if (control <= ev) return;
    await this.states.atLeast(id, control);
    await this.states.getFor(userId, id);
  }

  /** Cursors are places in the sequence: what is not shown to somebody moves nothing. */
  private async read(input: ListMessagesDto): Promise<Page<ShownMessage>> {
    const { conversationId, limit = DEFAULT_LIMIT, before, after, around } = input;
    const [first, second] = (['before', 'after', 'around'] as const).filter(
      (name) => input[name] !== undefined,
    );
    if (second) throw badRequest(second, `must not stand beside ${first}`);
    if (around !== undefined) return this.readAround(conversationId, limit, toPosition('around', around));
    // One more than is shown tells whether there is a page behind it.
    const items = await this.messages.page(conversationId, limit + 1, {
      ...(before !== undefined && { before: toPosition('before', before) }),
      ...(after !== undefined && { after: toPosition('after', after) }),
    });
    const hasMore = items.length > limit;
    if (after !== undefined) return paged(hasMore ? items.slice(1) : items, hasMore);
    return paged(items.slice(0, limit), before !== undefined);
  }

  /** Half of them older, half newer. The sequence has no hole, so the window is known from its middle. */
  private async readAround(id: string, limit: number, position: Position): Promise<Page<ShownMessage>> {
    const seq = await this.messages.seqOf(id, position);
    const to = (seq ?? 0) + Math.ceil(limit / 2) - 1;
    const items = seq === null ? [] : await this.messages.range(id, seq - Math.floor(limit / 2), to + 1);
    if (!items.some((message) => message.seq === seq)) throw notFound('message');
    const hasMore = items[0]?.seq === to + 1;
    return paged(hasMore ? items.slice(1) : items, hasMore);
  }

  /** The newest message of a conversation and how many its reader has not read. */
  async summaryFor(
    userId: number,
    conversation: ConversationState,
    cleared: number,
  ): Promise<{ lastMessage: MessageDto | null; unread: number }> {
    const [newest, { readership, hides }] = await Promise.all([
      this.messages.findNewest(conversation.id),
      this.views.viewFor(userId, conversation),
    ]);
    if (!newest || newest.seq <= cleared) return { lastMessage: null, unread: 0 };
    const [unread, last] = await Promise.all([
      this.unread.inConversation(userId, conversation, newest, cleared),
      hides ? this.newestVisible(userId, conversation.id, newest) : newest,
    ]);
    return { lastMessage: last && last.seq > cleared ? toMessageDto(last, readership) : null, unread };
  }

  private async newestVisible(
    userId: number,
    conversationId: string,
    newest: ShownMessage,
  ): Promise<ShownMessage | null> {
    for (let page = [newest]; page.length > 0;) {
      const [visible] = await this.pages.visibleAmong(userId, conversationId, page);
      if (visible) return visible;
      const { seq } = page.at(-1) ?? newest;
      page = await this.messages.page(conversationId, DEFAULT_LIMIT, { before: { seq } });
    }
    return null;
  }

  /** Where the conversation's stream stands; zeros before its first message. */
  async head(conversationId: string): Promise<{ seq: number; ev: number }> {
    const { seq, ev } = await this.log.last(conversationId);
    return { seq, ev };
  }
}

/** With the cursors to the older and, if there is more, to the newer page. */
function paged(items: ShownMessage[], hasNewer: boolean): Page<ShownMessage> {
  const [newest, oldest] = [items[0], items.at(-1)];
  return {
    items,
    next: oldest && oldest.seq > 1 ? String(oldest.seq) : null,
    prev: newest && hasNewer ? String(newest.seq) : null,
  };
}

/** Without what the reader has deleted for themself, up to this number. */
function behind(page: Page<ShownMessage>, cleared: number): Page<ShownMessage> {
  if (cleared === 0) return page;
  const items = page.items.filter(({ seq }) => seq > cleared);
  const hasOlder = (items.at(-1)?.seq ?? 0) > cleared + 1;
  return { ...page, items, next: hasOlder ? page.next : null };
}

/** An ISO date, a message id or a seq; the contract has made sure that it looks like one of them. */
function toPosition(field: string, text: string): Position {
  if (/^[0-9a-f]{24}$/i.test(text)) return { id: text };
  if (/^\d{1,15}$/.test(text)) return { seq: Number(text) };
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw badRequest(field, 'must be an ISO 8601 date, a message id or a seq');
  return { at };
}
