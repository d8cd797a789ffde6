import { Injectable } from '@nestjs/common';
import type { MessageDto } from '@app/contracts';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import type { ConversationState } from '../conversations/state/conversation-state';
import { HiddenMessages } from '../hidden/hidden-messages';
import type { ShownMessage } from '../log/stored-message';
import { ReceiptViews, type View } from '../receipts/receipt-views';
import { ThreadSummaries } from '../threads/thread-summaries';
import { toMessageDto } from './message.view';

/** Messages of one conversation as one of its members sees them: without hidden ones, with receipts and threads. */
@Injectable()
export class MessagePages {
  constructor(
    private readonly views: ReceiptViews,
    private readonly memberships: MembershipsService,
    private readonly hidden: HiddenMessages,
    private readonly threads: ThreadSummaries,
  ) {}

  /** In the given order. */
  async show(
    userId: number,
    state: ConversationState,
    stored: readonly ShownMessage[],
  ): Promise<MessageDto[]> {
    return (await this.page(userId, state, Promise.resolve(stored))).items;
  }

  /** While the messages are on their way, what is needed to show them is read. `cleared`: up to there the user has deleted all. */
  async page(
    userId: number,
    state: ConversationState,
    stored: Promise<readonly ShownMessage[]>,
  ): Promise<{ items: MessageDto[]; cleared: number }> {
    const [messages, view, cleared] = await Promise.all([
      stored,
      this.views.viewFor(userId, state),
      this.memberships.clearedBy(userId, state),
    ]);
    return { items: await this.shown(userId, state, messages, view, cleared), cleared };
  }

  /** Of several conversations at once, in the given order, with few questions to the store. */
  async showAll(
    userId: number,
    pages: readonly { state: ConversationState; messages: readonly ShownMessage[] }[],
  ): Promise<MessageDto[][]> {
    const states = pages.map(({ state }) => state);
    const [views, cleared] = await Promise.all([
      this.views.viewsFor(userId, states),
      this.memberships.clearedIn(userId, states),
    ]);
    return Promise.all(
      pages.map(({ state, messages }, index) => {
        const view = views[index];
        if (!view) throw new Error('a view is missing');
        return this.shown(userId, state, messages, view, cleared.get(state.id) ?? 0);
      }),
    );
  }

  private async shown(
    userId: number,
    { id }: ConversationState,
    messages: readonly ShownMessage[],
    { readership, hides }: View,
    cleared: number,
  ): Promise<MessageDto[]> {
    const [visible, threads] = await Promise.all([
      hides ? this.visibleAmong(userId, id, messages) : messages,
      this.threads.of(id, messages),
    ]);
    return visible
      .filter(({ seq }) => seq > cleared)
      .map((message) => {
        const dto = toMessageDto(message, readership);
        const thread = threads.get(dto._id);
        return thread ? { ...dto, thread } : dto;
      });
  }

  /** Those that the user has not hidden. */
  async visibleAmong(
    userId: number,
    conversationId: string,
    messages: readonly ShownMessage[],
  ): Promise<readonly ShownMessage[]> {
    if (messages.length === 0) return messages;
    const seqs = messages.map(({ seq }) => seq);
    const hidden = await this.hidden.among(userId, conversationId, Math.min(...seqs), Math.max(...seqs));
    return hidden.size === 0 ? messages : messages.filter(({ seq }) => !hidden.has(seq));
  }
}
