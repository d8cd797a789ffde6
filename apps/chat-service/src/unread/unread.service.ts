import { Injectable } from '@nestjs/common';
import type { UnreadCountDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationActivity } from '../conversations/conversation-activity';
import { JoinedPlaces } from '../conversations/memberships/joined-places';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { placeKey, UnreadReader, type Milestone } from '../log/unread-reader';
import { ReceiptsService } from '../receipts/receipts.service';
import { RecentChanges } from './recent-changes';
import { UnreadCounter } from './unread-counter';

/** A member of a conversation, and from where on its messages are new to them: where they came, or deleted it for themself. */
interface Place {
  userId: number;
  conversationId: string;
  joinedSeq: number;
}

/** Unread messages by conversation; what is read is left out. */
export type Counts = Map<string, number>;

const REMEMBERED_PLACES = 20_000;
const BEGINNING: Milestone = { seq: 0, told: 0 };

/** How much users have not read: always computed from numbers that the log and the watermarks hold, never counted up and down. */
@Injectable()
export class UnreadService {
  /** What `told` is at places where people came: it never changes. */
  private readonly told = new Map<string, number>();

  constructor(
    private readonly reader: UnreadReader,
    private readonly counter: UnreadCounter,
    private readonly receipts: ReceiptsService,
    private readonly memberships: MembershipsService,
    private readonly states: ConversationStates,
    private readonly joined: JoinedPlaces,
    private readonly activity: ConversationActivity,
    private readonly recent: RecentChanges,
  ) {}

  async count(caller: Caller): Promise<UnreadCountDto> {
    const counts = (await this.ofUsers([caller.userId])).get(caller.userId) ?? new Map<string, number>();
    return { count: sumOf(counts), byConversation: Object.fromEntries(counts) };
  }

  /** Over all conversations of these users. */
  async ofUsers(userIds: readonly number[]): Promise<Map<number, Counts>> {
    const places = (await this.memberships.listOfUsers(userIds)).map(({ clearedSeq, ...place }) => ({
      ...place,
      joinedSeq: Math.max(place.joinedSeq, clearedSeq),
    }));
    const ids = [...new Set(places.map(({ conversationId }) => conversationId))];
    const [heads, now] = await Promise.all([
      this.activity.headsOf(ids.filter((id) => !this.recent.has(id))),
      this.reader.heads(ids.filter((id) => this.recent.has(id))),
    ]);
    for (const [id, head] of now) heads.set(id, head);
    const counts = await this.ofPlaces(places, heads);
    const byUser = new Map<number, Counts>(userIds.map((id) => [id, new Map<string, number>()]));
    places.forEach(({ userId, conversationId }, index) => {
      const count = counts[index] ?? 0;
      if (count > 0) byUser.get(userId)?.set(conversationId, count);
    });
    return byUser;
  }

  /** In these conversations of each user; 0 where everything is read, or the user is no member. */
  async among(wanted: ReadonlyMap<number, ReadonlySet<string>>): Promise<Map<number, Counts>> {
    const byConversation = new Map<string, number[]>();
    for (const [userId, ids] of wanted)
      for (const id of ids) {
        const readers = byConversation.get(id);
        if (readers) readers.push(userId);
        else byConversation.set(id, [userId]);
      }
    const [heads, places] = await Promise.all([
      this.reader.heads([...byConversation.keys()]),
      Promise.all([...byConversation].map(([id, userIds]) => this.placesIn(id, userIds))),
    ]);
    const all = places.flat();
    const counts = await this.ofPlaces(all, heads);
    const byUser = new Map([...wanted].map(([id, ids]) => [id, new Map([...ids].map((each) => [each, 0]))]));
    all.forEach(({ userId, conversationId }, index) =>
      byUser.get(userId)?.set(conversationId, counts[index] ?? 0),
    );
    return byUser;
  }

  /** Of one member, where the conversation ends being known. */
  async inConversation(
    userId: number,
    state: ConversationState,
    head: Milestone,
    cleared: number,
  ): Promise<number> {
    const joinedSeq = Math.max((await this.joined.of(state)).get(userId) ?? 0, cleared);
    const heads = new Map([[state.id, head]]);
    const [count] = await this.ofPlaces([{ userId, conversationId: state.id, joinedSeq }], heads);
    return count ?? 0;
  }

  private async placesIn(conversationId: string, userIds: readonly number[]): Promise<Place[]> {
    const state = await this.states.find(conversationId);
    if (!state || state.isDeleted) return [];
    const participants = new Set(state.participants);
    const members = userIds.filter((id) => participants.has(id));
    const joined = await this.joined.of(state);
    return Promise.all(
      members.map(async (userId) => {
        const cleared = await this.memberships.clearedBy(userId, state);
        return { userId, conversationId, joinedSeq: Math.max(joined.get(userId) ?? 0, cleared) };
      }),
    );
  }

  /** In the order of the places. A conversation without a head has no messages. */
  private async ofPlaces(places: readonly Place[], heads: ReadonlyMap<string, Milestone>): Promise<number[]> {
    const open = places.filter(
      ({ conversationId, joinedSeq }) => (heads.get(conversationId)?.seq ?? 0) > joinedSeq,
    );
    const starts = await this.startsOf(open);
    const stretches = open.map(({ userId, conversationId }, index) => ({
      userId,
      conversationId,
      from: starts[index] ?? BEGINNING,
      head: heads.get(conversationId) ?? BEGINNING,
    }));
    const counted = await this.counter.count(stretches);
    const counts = new Map(open.map((place, index) => [place, counted[index] ?? 0]));
    return places.map((place) => counts.get(place) ?? 0);
  }

  /** From where on messages are unread: behind the watermark, or behind the place where the member came. */
  private async startsOf(places: readonly Place[]): Promise<Milestone[]> {
    const read = await this.receipts.readBy(places);
    const joins = places.filter(({ joinedSeq }, index) => joinedSeq > (read[index]?.seq ?? 0));
    const told = await this.toldWhereJoined(joins);
    return places.map(({ conversationId, joinedSeq }, index) => {
      const mark = read[index] ?? BEGINNING;
      if (joinedSeq <= mark.seq) return mark;
      return { seq: joinedSeq, told: told.get(placeKey(conversationId, joinedSeq)) ?? 0 };
    });
  }

  private async toldWhereJoined(places: readonly Place[]): Promise<ReadonlyMap<string, number>> {
    if (this.told.size > REMEMBERED_PLACES) this.told.clear();
    const missing = places
      .map(({ conversationId, joinedSeq }) => ({ conversationId, seq: joinedSeq }))
      .filter(({ conversationId, seq }) => !this.told.has(placeKey(conversationId, seq)));
    for (const [key, told] of await this.reader.toldAt(missing)) this.told.set(key, told);
    return this.told;
  }
}

export const sumOf = (counts: Counts) => [...counts.values()].reduce((sum, count) => sum + count, 0);
