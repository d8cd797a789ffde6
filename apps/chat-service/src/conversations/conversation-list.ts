import { Injectable } from '@nestjs/common';
import {
  badRequest,
  type ConversationListItemDto,
  type ListConversationsDto,
  type Page,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import { MessageHistory } from '../messages/message-history';
import { ConversationActivity } from './conversation-activity';
import { ConversationRepository, type Activity } from './conversation.repository';
import { MembershipsService } from './memberships/memberships.service';
import { toConversationDto } from './state/conversation-state';
import { ConversationStates } from './state/conversation-states';

const DEFAULT_LIMIT = 20;

/**
 * A user's conversations, the latest activity first. Ordered in memory, from an index that a message moves once, however
 * many members its conversation has; only those of the page are read.
 */
@Injectable()
export class ConversationList {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly memberships: MembershipsService,
    private readonly activity: ConversationActivity,
    private readonly states: ConversationStates,
    private readonly history: MessageHistory,
  ) {}

  async page(caller: Caller, input: ListConversationsDto): Promise<Page<ConversationListItemDto>> {
    const limit = input.limit ?? DEFAULT_LIMIT;
    await this.activity.flush();
    const [ids, cleared] = await Promise.all([
      this.memberships.idsOf(caller.userId),
      this.memberships.listCleared(caller.userId),
    ]);
    const all = (await this.conversations.activityOf(ids))
      .filter(({ id, last_seq }) => last_seq > (cleared.get(id) ?? -1))
      .sort(latestFirst);
    const from = startOf(input, all);
    const shown = all.slice(from, from + limit);
    const items = await Promise.all(shown.map(({ id }) => this.item(caller, id, cleared.get(id) ?? 0)));
    const last = shown.at(-1);
    const next = last && from + limit < all.length ? `${last.last_activity_at.getTime()}.${last.id}` : null;
    return { items: items.filter((item) => item !== undefined), next };
  }

  /** Undefined when the caller has gone since the list was read. */
  private async item(
    caller: Caller,
    id: string,
    cleared: number,
  ): Promise<ConversationListItemDto | undefined> {
    const state = await this.states.find(id);
    if (!state || state.isDeleted || !state.participants.includes(caller.userId)) return undefined;
    return { ...toConversationDto(state), ...(await this.history.summaryFor(caller.userId, state, cleared)) };
  }
}

const latestFirst = (one: Activity, other: Activity) =>
  other.last_activity_at.getTime() - one.last_activity_at.getTime() || (one.id < other.id ? 1 : -1);

/** The place in the list behind the cursor, or so many from its top. */
function startOf({ cursor, skip }: ListConversationsDto, all: readonly Activity[]): number {
  if (cursor === undefined) return skip ?? 0;
  const [, at, id] = /^(\d{1,15})\.([0-9a-f]{24})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined)
    throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  const time = Number(at);
  const isBehind = (entry: Activity) =>
    entry.last_activity_at.getTime() < time || (entry.last_activity_at.getTime() === time && entry.id < id);
  const first = all.findIndex(isBehind);
  return first === -1 ? all.length : first;
}
