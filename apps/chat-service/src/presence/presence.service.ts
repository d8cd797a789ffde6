import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import {
  DEFAULT_PRIVACY,
  presenceChanged,
  unavailable,
  type PresenceDto,
  type PresenceStatus,
} from '@app/contracts';
import { Logger } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { STRANGERS } from '../people/pair';
import { PeopleService, type Changed } from '../people/people.service';
import { LocalPresence } from './local-presence';
import { PresenceRepository } from './presence.repository';
import { asSeen, asSeenByOneself, isHidden, showsPresence, type PresenceState } from './visibility';
import { Watchers } from './watchers';

const TOPIC = 'presence:moved';
const CHOICE_TOPIC = 'presence:chosen';

/** Who is online, for those who may know. The store has the truth; what instances tell each other only makes it quick. */
@Injectable()
export class PresenceService implements OnModuleInit, OnApplicationBootstrap {
  private readonly watchers = new Watchers();
  private readonly listeners: ((userId: number) => void)[] = [];
  /** One after the other, so that nobody gets an older state after a newer one. */
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: PresenceRepository,
    private readonly local: LocalPresence,
    private readonly people: PeopleService,
    private readonly broadcaster: Broadcaster,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.local.onMoved((userIds) => void this.moved(userIds));
    this.people.onChanged((changed) => this.standingChanged(changed));
  }

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ states: PresenceState[] }>(TOPIC, ({ states }) => this.changed(states));
    this.broadcaster.onPeer<{ userId: number }>(CHOICE_TOPIC, ({ userId }) => this.chosen(userId));
  }

  /** What the viewer may see of them, each once. */
  async visible(viewerId: number, userIds: readonly number[]): Promise<PresenceDto[]> {
    return this.show(viewerId, await this.statesOf([...new Set(userIds)]));
  }

  /** Those whom the viewer may see to be online. */
  async onlineAmong(viewerId: number, userIds: readonly number[]): Promise<number[]> {
    const visible = await this.visible(viewerId, userIds);
    return visible.filter(({ online }) => online).map(({ userId }) => userId);
  }

  /** On all devices, until the user chooses something else. */
  async choose(userId: number, status: PresenceStatus): Promise<PresenceDto> {
    await this.store.setStatus(userId, status, new Date());
    await this.moved([userId]);
    this.broadcaster.tellPeers(CHOICE_TOPIC, { userId });
    this.chosen(userId);
    const [seen] = await this.visible(userId, [userId]);
    if (!seen) throw new Error('everybody sees themself');
    return seen;
  }

  /** Called on every instance when somebody has chosen how they are here. */
  onChosen(listener: (userId: number) => void): void {
    this.listeners.push(listener);
  }

  /** Those whose presence the viewer may see. */
  async visibleTo(viewerId: number, userIds: readonly number[]): Promise<Set<number>> {
    const [standings, privacy, invisible] = await Promise.all([
      this.people.standings(viewerId, userIds),
      this.people.privacyOf(userIds),
      this.invisibleAmong(userIds),
    ]);
    const mayBeSeen = (id: number) =>
      id === viewerId ||
      (!invisible.has(id) &&
        showsPresence(privacy.get(id) ?? DEFAULT_PRIVACY, standings.get(id) ?? STRANGERS));
    return new Set(userIds.filter(mayBeSeen));
  }

  /** Those of the viewers who may see the user's presence. */
  async viewersOf(userId: number, viewerIds: readonly number[]): Promise<Set<number>> {
    const [standings, privacy, invisible] = await Promise.all([
      this.people.standings(userId, viewerIds),
      this.privacyOf(userId),
      this.invisibleAmong([userId]),
    ]);
    const maySee = (id: number) =>
      id === userId || (!invisible.has(userId) && showsPresence(privacy, standings.get(id) ?? STRANGERS));
    return new Set(viewerIds.filter(maySee));
  }

  async subscribe(viewerId: number, socketId: string, userIds: readonly number[]): Promise<PresenceDto[]> {
    const watched = [...new Set(userIds)];
    // Watched before they are looked at: what changes in between is told.
    this.watchers.watch(socketId, viewerId, watched);
    const states = await this.statesOf(watched);
    for (const state of states) this.watchers.isNews(state);
    const seen = await this.show(viewerId, states);
    for (const { userId, online } of seen) this.watchers.turns(socketId, userId, online);
    return seen;
  }

  unsubscribe(socketId: string): void {
    this.watchers.leave(socketId);
  }

  /** Tells the sockets of this instance that watch them, where it is news. */
  changed(states: PresenceState[]): void {
    const news = states.filter((state) => this.watchers.isNews(state));
    if (news.length > 0) this.tellLater(() => Promise.all(news.map((state) => this.tell(state))));
  }

  /** For a deleted account. */
  async removeAllOf(userId: number): Promise<void> {
    await this.store.remove(userId);
  }

  private chosen(userId: number): void {
    for (const listener of this.listeners) listener(userId);
  }

  private async invisibleAmong(userIds: readonly number[]): Promise<Set<number>> {
    const states = userIds.length === 0 ? [] : await this.store.listOf([...userIds]);
    return new Set(states.filter(({ status }) => status === 'invisible').map(({ userId }) => userId));
  }

  private async moved(userIds: number[]): Promise<void> {
    try {
      const states = await this.store.listOf(userIds);
      this.broadcaster.tellPeers(TOPIC, { states });
      this.changed(states);
    } catch (error) {
      this.logger.warn('a change of presence is told late', { err: error });
    }
  }

  /** Privacy, a contact or a block has changed: those concerned may see something else now. */
  private standingChanged([a, b]: Changed): void {
    const concerned =
      b === undefined
        ? [{ userId: a, viewerId: undefined }]
        : [
            { userId: a, viewerId: b },
            { userId: b, viewerId: a },
          ];
    const watched = concerned.filter(({ userId, viewerId }) => this.watchers.of(userId, viewerId).size > 0);
    if (watched.length === 0) return;
    this.tellLater(async () => {
      for (const state of await this.statesOf(watched.map(({ userId }) => userId))) {
        const viewerId = watched.find(({ userId }) => userId === state.userId)?.viewerId;
        await this.tell(state, { viewerId, standing: true });
      }
    });
  }

  private tellLater(work: () => Promise<unknown>): void {
    this.telling = this.telling.then(work).then(
      () => undefined,
      (error: unknown) => this.logger.warn('a change of presence was not told', { err: error }),
    );
  }

  private async tell(
    state: PresenceState,
    { viewerId, standing = false }: { viewerId?: number | undefined; standing?: boolean } = {},
  ): Promise<void> {
    const sockets = this.watchers.of(state.userId, viewerId);
    const [standings, privacy] = await Promise.all([
      this.people.standings(state.userId, [...new Set(sockets.values())]),
      this.privacyOf(state.userId),
    ]);
    const told = new Map<string, { seen: PresenceDto; sockets: string[] }>();
    for (const [socketId, viewer] of sockets) {
      const pair = standings.get(viewer) ?? STRANGERS;
      if (viewer !== state.userId && !standing && isHidden(privacy, pair)) continue;
      const seen = viewer === state.userId ? asSeenByOneself(state) : asSeen(state, privacy, pair);
      const turns = this.watchers.turns(socketId, state.userId, seen.online);
      // What an invisible one does is not to be noticed by anything.
      if (state.status === 'invisible' && viewer !== state.userId && !turns) continue;
      // A block must look like an ordinary going; of somebody who was not here for the viewer, any word would give it away.
      if (viewerId !== undefined && !turns) continue;
      const key = `${seen.online} ${seen.lastSeen} ${seen.status}`;
      const group = told.get(key) ?? { seen, sockets: [] };
      group.sockets.push(socketId);
      told.set(key, group);
    }
    // A socket is in a room of its own name. One packet for all who see the same.
    for (const { seen, sockets: names } of told.values())
      this.broadcaster.to(...names).local.emit(presenceChanged, seen);
  }

  private async show(viewerId: number, states: PresenceState[]): Promise<PresenceDto[]> {
    const ids = states.map(({ userId }) => userId);
    const [standings, privacy] = await Promise.all([
      this.people.standings(viewerId, ids),
      this.people.privacyOf(ids),
    ]);
    return states.map((state) => {
      const settings = privacy.get(state.userId);
      if (state.userId === viewerId || !settings) return asSeenByOneself(state);
      return asSeen(state, settings, standings.get(state.userId) ?? STRANGERS);
    });
  }

  /** One for each, in the order of the ids. Who is on this instance is online before it is written down. */
  private async statesOf(userIds: number[]): Promise<PresenceState[]> {
    if (userIds.length === 0) return [];
    const stored = await this.store.listOf(userIds).catch((error: unknown) => {
      throw Object.assign(unavailable('the store of presence'), { cause: error });
    });
    const byId = new Map(stored.map((state) => [state.userId, state]));
    return userIds.map((userId) => {
      const state = byId.get(userId) ?? { userId, online: false, lastSeen: 0, changedAt: 0 };
      if (!this.local.has(userId)) return state;
      return { ...state, online: true, lastSeen: Math.max(state.lastSeen, this.local.since(userId)) };
    });
  }

  private async privacyOf(userId: number) {
    const settings = (await this.people.privacyOf([userId])).get(userId);
    if (!settings) throw new Error('everybody has privacy settings, if only the default');
    return settings;
  }
}
