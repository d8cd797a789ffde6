import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  AppError,
  userBlocked,
  userUnblocked,
  type BlockChangedDto,
  type PrivacyUpdatedDto,
  type PrivacyDto,
} from '@app/contracts';
import { ClusterBus } from '@app/messaging';
import { FreshCache } from '@app/platform';
import { Broadcaster, rooms } from '@app/realtime';
import { DepartedUsers } from '../departures/departed-users';
import { pairKey, type Pair } from './pair';
import { PeopleRepository } from './people.repository';

const TOPIC = 'people:changed';
/** A change that this instance was not told of counts after this time at the latest. */
const LIFETIME_MS = 30_000;
const CACHED_PAIRS = 100_000;
const CACHED_PRIVACY = 100_000;

/** Whose standing has changed: one user for privacy, two for a contact or a block. */
export type Changed = readonly [number] | readonly [number, number];

/**
 * How people stand to each other and what they let others see. Sends ask it: from memory, and once in a while from the
 * store; never from the user service.
 */
@Injectable()
export class PeopleService implements OnApplicationBootstrap {
  private readonly pairs = new FreshCache<string, Pair>(LIFETIME_MS, CACHED_PAIRS);
  private readonly privacy = new FreshCache<number, PrivacyDto>(LIFETIME_MS, CACHED_PRIVACY);
  private readonly listeners: ((changed: Changed) => void)[] = [];

  constructor(
    private readonly store: PeopleRepository,
    private readonly departed: DepartedUsers,
    private readonly broadcaster: Broadcaster,
    private readonly bus: ClusterBus,
  ) {}

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ changed: Changed }>(TOPIC, ({ changed }) => this.forget(changed));
    this.bus.onConnect(() => {
      this.pairs.forgetAll();
      this.privacy.forgetAll();
    });
  }

  /** Called on every instance when it has heard of a change. */
  onChanged(listener: (changed: Changed) => void): void {
    this.listeners.push(listener);
  }

  /** Whether one of the two members of a private conversation blocks the other. */
  async areApart([a, b]: readonly number[]): Promise<boolean> {
    if (a === undefined || b === undefined) return false;
    const key = pairKey(a, b);
    const pair = this.pairs.peek(key) ?? (await this.readPair(key));
    return pair.blockers.length > 0;
  }

  /** Throws FORBIDDEN when the two do not talk to each other; who blocks whom is not told. */
  async assertTalking(pair: readonly number[]): Promise<void> {
    if (await this.areApart(pair))
      throw new AppError('FORBIDDEN', 'no messages pass between you and this user');
  }

  /** How each of the others stands to the user. Read from the store: many are asked for once. */
  async standings(userId: number, others: readonly number[]): Promise<Map<number, Pair>> {
    const keys = new Map(others.filter((id) => id !== userId).map((id) => [pairKey(userId, id), id]));
    if (keys.size === 0) return new Map();
    const found = await this.store.findPairs([...keys.keys()]);
    return new Map([...found].map(([key, pair]) => [keys.get(key) ?? userId, pair]));
  }

  /** Those of the others who block the user or whom the user blocks; from memory, for what happens often. */
  async apartFrom(userId: number, others: readonly number[]): Promise<Set<number>> {
    const keys = others.map((id) => pairKey(userId, id));
    const pairs = await this.pairs.load(keys, (missing) => this.store.findPairs(missing));
    return new Set(others.filter((id) => (pairs.get(pairKey(userId, id))?.blockers.length ?? 0) > 0));
  }

  /** Whether the user blocks one of the others, or the other way round. */
  async isApartFromAny(userId: number, others: readonly number[]): Promise<boolean> {
    const standings = await this.standings(userId, others);
    return [...standings.values()].some(({ blockers }) => blockers.length > 0);
  }

  privacyOf(userIds: readonly number[]): Promise<Map<number, PrivacyDto>> {
    return this.privacy.load(userIds, (missing) => this.store.findPrivacy(missing));
  }

  /** Those of the users who let nobody know what they have read. */
  async silentReaders(userIds: readonly number[]): Promise<Set<number>> {
    const privacy = await this.privacyOf(userIds);
    return new Set(userIds.filter((id) => privacy.get(id)?.readReceipts === false));
  }

  async blockChanged({ userId, blockedId, rev }: BlockChangedDto, on: boolean): Promise<void> {
    if (this.isOver(userId, blockedId)) return;
    const isNew = await this.store.setBlock([userId, blockedId], on, rev);
    this.changed([userId, blockedId]);
    if (!isNew) return;
    const devices = this.broadcaster.to(rooms.user(userId));
    devices.emit(on ? userBlocked : userUnblocked, { userId: blockedId });
  }

  async contactChanged(a: number, b: number, rev: number, on: boolean): Promise<void> {
    if (this.isOver(a, b)) return;
    await this.store.setContact([a, b], on, rev);
    this.changed([a, b]);
  }

  async privacyChanged({ userId, rev, ...settings }: PrivacyUpdatedDto): Promise<void> {
    if (this.isOver(userId)) return;
    await this.store.setPrivacy(userId, settings, rev);
    this.changed([userId]);
  }

  /** For a deleted account. What other instances remember of it is of no consequence. */
  removeAllOf(userId: number): Promise<void> {
    return this.store.removeAllOf(userId);
  }

  /** What is told late of somebody who is gone would bring back what was removed. */
  private isOver(...userIds: number[]): boolean {
    return userIds.some((id) => this.departed.has(id));
  }

  private async readPair(key: string): Promise<Pair> {
    const found = await this.pairs.load([key], (missing) => this.store.findPairs(missing));
    return found.get(key) as Pair;
  }

  /** Told after it is stored: whoever reads now reads the new. */
  private changed(changed: Changed): void {
    this.forget(changed);
    this.broadcaster.tellPeers(TOPIC, { changed });
  }

  private forget(changed: Changed): void {
    const [a, b] = changed;
    if (b === undefined) this.privacy.forget(a);
    else this.pairs.forget(pairKey(a, b));
    for (const listener of this.listeners) listener(changed);
  }
}
