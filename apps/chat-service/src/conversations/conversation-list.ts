import { Injectable } from '@nestjs/common';
import type { ConversationListItemDto, ListConversationsDto, Page } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { SettingsService } from '../conversation-settings/settings.service';
import { MessageHistory } from '../messages/message-history';
import { ConversationActivity } from './conversation-activity';
import { ConversationViews } from './conversation-views';
import { ConversationRepository } from './conversation.repository';
import { cursorOf, inOrder, startOf, type Entry } from './list-order';
import { MembershipsService } from './memberships/memberships.service';
import type { ConversationState } from './state/conversation-state';
import { ConversationStates } from './state/conversation-states';

const DEFAULT_LIMIT = 20;

/**
 * A user's conversations: the pinned ones, then the latest activity first. Ordered in memory, from an index that a message
 * moves once, however many members its conversation has; only those of the page are read.
 */
@Injectable()
export class ConversationList {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly memberships: MembershipsService,
    private readonly settings: SettingsService,
    private readonly activity: ConversationActivity,
    private readonly states: ConversationStates,
    private readonly views: ConversationViews,
    private readonly history: MessageHistory,
  ) {}

  async page(caller: Caller, input: ListConversationsDto): Promise<Page<ConversationListItemDto>> {
    const limit = input.limit ?? DEFAULT_LIMIT;
    await this.activity.flush();
    const cleared = await this.memberships.listCleared(caller.userId);
    const all = await this.entries(caller.userId, input, cleared);
    const from = startOf(input, all);
    const shown = all.slice(from, from + limit);
    const last = shown.at(-1);
    return {
      items: await this.items(caller.userId, shown, cleared),
      next: last && from + limit < all.length ? cursorOf(last) : null,
    };
  }

  /** What the list holds, in its order. */
  private async entries(
    userId: number,
    { type, status, archived = false }: ListConversationsDto,
    cleared: ReadonlyMap<string, number>,
  ): Promise<Entry[]> {
    const [ids, arrangement] = await Promise.all([
      this.memberships.idsOf(userId),
      this.settings.arrangementOf(userId),
    ]);
    const wanted = ids.filter((id) => arrangement.archived.has(id) === archived);
    const matching =
      type === undefined && status === undefined
        ? wanted
        : await this.conversations.listIdsAmong(wanted, { type, status });
    const activities = await this.conversations.activityOf(matching);
    // What the user has deleted for themself comes back with the next message.
    const present = activities.filter(({ id, last_seq }) => last_seq > (cleared.get(id) ?? -1));
    return inOrder(present, arrangement.pinned);
  }

  private async items(
    userId: number,
    shown: readonly Entry[],
    cleared: ReadonlyMap<string, number>,
  ): Promise<ConversationListItemDto[]> {
    const found = await Promise.all(shown.map(({ id }) => this.states.find(id)));
    // The caller may have gone since the list was read.
    const states = found.filter((state): state is ConversationState => isIn(state, userId));
    const [views, summaries] = await Promise.all([
      this.views.ofAll(userId, states),
      Promise.all(states.map((state) => this.history.summaryFor(userId, state, cleared.get(state.id) ?? 0))),
    ]);
    return views.map((view, index) => ({
      ...view,
      ...(summaries[index] ?? { lastMessage: null, unread: 0 }),
    }));
  }
}

const isIn = (state: ConversationState | undefined, userId: number): boolean =>
  state !== undefined && !state.isDeleted && state.participants.includes(userId);
