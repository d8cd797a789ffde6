import { Injectable } from '@nestjs/common';
import { FreshCache } from '../../people/fresh-cache';
import type { ConversationState } from '../state/conversation-state';
import { MembershipsService } from './memberships.service';

/** Memberships may lag behind the state for a moment. */
const LIFETIME_MS = 10_000;
const CACHED = 100_000;

/** From which message on a conversation is new to its members. Asked for with each page, so mostly from memory. */
@Injectable()
export class JoinedPlaces {
  private readonly cache = new FreshCache<string, number>(LIFETIME_MS, CACHED);

  constructor(private readonly memberships: MembershipsService) {}

  /** Everything up to this `seq` was never new to the member; 0: they were there from the beginning. */
  async of(
    { id, ev }: Pick<ConversationState, 'id' | 'ev'>,
    userIds: readonly number[],
  ): Promise<Map<number, number>> {
    // Nobody has come since it was created.
    if (ev === 0) return new Map(userIds.map((userId) => [userId, 0]));
    const keyOf = (userId: number) => `${id}:${ev}:${userId}`;
    const byKey = new Map(userIds.map((userId) => [keyOf(userId), userId]));
    const found = await this.cache.load([...byKey.keys()], async (missing) => {
      const some = missing.flatMap((key) => byKey.get(key) ?? []);
      const stored = new Map(
        (await this.memberships.listIn(id, some)).map((one) => [one.userId, one.joinedSeq]),
      );
      return new Map(some.map((userId) => [keyOf(userId), stored.get(userId) ?? 0]));
    });
    return new Map(
      [...found].flatMap(([key, seq]) => (byKey.has(key) ? [[byKey.get(key) as number, seq]] : [])),
    );
  }
}
