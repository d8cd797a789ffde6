import { Injectable } from '@nestjs/common';
import { FreshCache } from '@app/platform';
import type { ConversationState } from '../state/conversation-state';
import { MembershipsService } from './memberships.service';

/** Memberships may lag behind the state for a moment. */
const LIFETIME_MS = 10_000;
const CACHED = 5_000;

type Places = ReadonlyMap<number, number>;
const ALL_FROM_THE_BEGINNING: Places = new Map();

/** From which message on a conversation is new to its members. Asked for with each page, so mostly from memory. */
@Injectable()
export class JoinedPlaces {
  private readonly cache = new FreshCache<string, Places>(LIFETIME_MS, CACHED);

  constructor(private readonly memberships: MembershipsService) {}

  /** Everything up to this `seq` was never new to the member; a member who is missing was there from the beginning. */
  async of({ id, ev, participants }: ConversationState): Promise<Places> {
    // Nobody has come since it was created.
    if (ev === 0) return ALL_FROM_THE_BEGINNING;
    const key = `${id}:${ev}`;
    const found = await this.cache.load([key], async () => {
      const members = await this.memberships.listIn(id, participants);
      const late = members.filter(({ joinedSeq }) => joinedSeq > 0);
      return new Map([[key, new Map(late.map(({ userId, joinedSeq }) => [userId, joinedSeq]))]]);
    });
    return found.get(key) ?? ALL_FROM_THE_BEGINNING;
  }
}
