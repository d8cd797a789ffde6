import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '../routes';
import { Instance } from './instance';
import { probe } from './probe';

/** A flood of unknown session ids must not become a flood of health requests. */
const REFRESH_GAP_MS = 250;
/** An instance starts in two seconds. */
const HANDSHAKE_WAIT_MS = 3_000;
/** Between two looks for those who wait. */
const LOOK_GAP_MS = 100;
/** Each holds a connection of the gateway. */
const MOST_WAITING = 5_000;

/** The instances of one service: which of them serve, and which is next. */
export class Pool {
  readonly instances: Instance[];
  private turn = 0;
  private waiting = 0;
  private looking: Promise<void> | undefined;
  private refreshedAt = 0;
  private refreshing: Promise<void> | undefined;

  constructor(
    readonly service: ServiceName,
    urls: string[],
  ) {
    this.instances = urls.map((url) => new Instance(url));
  }

  get readyCount(): number {
    return this.instances.filter(({ state }) => state === 'ready').length;
  }

  /**
   * The instance with the least load, in turn where several have it. When none is ready, one that at least answers:
   * the service itself knows best what it can still do. A draining one gets nothing new.
   */
  pick(except?: Instance): Instance | undefined {
    return this.least('ready', except) ?? this.least('unready', except);
  }

  /**
   * Like `pick`, for a handshake: when there is none, the first that comes within three seconds. Whoever is turned away at the door
   * comes back after a pause of their own, and all that time is added to what a restart takes.
   */
  async pickForHandshake(): Promise<Instance | undefined> {
    const until = performance.now() + HANDSHAKE_WAIT_MS;
    let found = this.pick();
    if (found || this.waiting >= MOST_WAITING) return found;
    this.waiting++;
    while (!found && performance.now() < until) {
      await this.lookAgain();
      found = this.pick();
    }
    this.waiting--;
    return found;
  }

  /** The instance that holds an Engine.IO session; its id begins with the instance's name. */
  async bySession(sid: string): Promise<Instance | undefined> {
    const [only] = this.instances;
    if (this.instances.length === 1) return only;
    const name = sid.slice(0, Math.max(0, sid.lastIndexOf('.')));
    if (name === '') return undefined;
    const known = this.byName(name);
    if (known !== undefined) return known;
    if (Date.now() - this.refreshedAt > REFRESH_GAP_MS) await this.refresh();
    return this.byName(name);
  }

  /** Asks all instances how they are. Never rejects; simultaneous calls share one round. */
  refresh(): Promise<void> {
    this.refreshing ??= Promise.all(this.instances.map(probe)).then(() => {
      this.refreshedAt = Date.now();
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  /** One look for all who wait, however many they are. */
  private lookAgain(): Promise<void> {
    this.looking ??= Promise.all([this.refresh(), delay(LOOK_GAP_MS)]).then(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private byName(name: string): Instance | undefined {
    return this.instances.find((instance) => instance.name === name);
  }

  private least(state: Instance['state'], except?: Instance): Instance | undefined {
    const { length } = this.instances;
    const start = this.turn++ % length;
    let best: Instance | undefined;
    for (let i = 0; i < length; i++) {
      const instance = this.instances[(start + i) % length];
      if (instance === undefined || instance === except || instance.state !== state) continue;
      if (best === undefined || instance.load < best.load) best = instance;
    }
    return best;
  }
}
