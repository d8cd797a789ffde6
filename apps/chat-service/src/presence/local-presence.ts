import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Logger, PROCESS_INFO, Shutdown, type ProcessInfo } from '@app/platform';
import { ChatConfig } from '../config';
import { DepartedUsers } from '../departures/departed-users';
import { LastSeenReports } from './last-seen-reports';
import { PresenceRepository, type Move } from './presence.repository';

/** Moves of so many milliseconds are one write. */
const GATHER_MS = 20;
const RETRY_MS = 1_000;

/** Who has a device on this instance, and the writing down of it. */
@Injectable()
export class LocalPresence {
  /** Of this run of this process: what one that died has left is never taken for ours. */
  readonly instance: string;
  private readonly here = new Map<number, { devices: number; since: number }>();
  /** Without a device since a moment ago; they may come back. */
  private readonly leaving = new Map<number, NodeJS.Timeout>();
  private pending = new Map<number, Move>();
  private readonly listeners: ((userIds: number[]) => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly store: PresenceRepository,
    private readonly reports: LastSeenReports,
    private readonly departed: DepartedUsers,
    private readonly config: ChatConfig,
    private readonly logger: Logger,
    @Inject(PROCESS_INFO) info: ProcessInfo,
    shutdown: Shutdown,
  ) {
    this.instance = `${info.instance}.${randomBytes(6).toString('hex')}`;
    shutdown.register('flush-events', 'presence', () => this.stop());
  }

  /** Called with those whose moves are written down now. */
  onMoved(listener: (userIds: number[]) => void): void {
    this.listeners.push(listener);
  }

  has(userId: number): boolean {
    return this.here.has(userId) || this.leaving.has(userId);
  }

  /** When the user came to this instance; 0 when nobody is here. */
  since(userId: number): number {
    return this.here.get(userId)?.since ?? 0;
  }

  came(userId: number): void {
    const known = this.here.get(userId);
    if (known) {
      known.devices++;
      return;
    }
    const since = Date.now();
    this.here.set(userId, { devices: 1, since });
    const timer = this.leaving.get(userId);
    clearTimeout(timer);
    this.leaving.delete(userId);
    // Back before anybody was told: nothing has happened.
    if (timer === undefined) this.move(userId, true, since);
  }

  /** Told after a while, if the user is not back by then. */
  went(userId: number): void {
    const known = this.here.get(userId);
    if (!known || --known.devices > 0) return;
    this.here.delete(userId);
    const at = Date.now();
    const timer = setTimeout(() => {
      this.leaving.delete(userId);
      this.move(userId, false, at);
    }, this.config.PRESENCE_GRACE_MS);
    this.leaving.set(userId, timer.unref());
  }

  /** All that are here, once more: somebody has taken this instance for dead. */
  moveAll(): void {
    const at = Date.now();
    for (const userId of [...this.here.keys(), ...this.leaving.keys()]) this.move(userId, true, at);
  }

  private move(userId: number, here: boolean, at: number): void {
    if (this.stopped) return;
    this.pending.set(userId, { userId, here, at });
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  /** One write after the other, so that coming and going of one user stay in order. */
  private flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    // Whoever is gone does not come; that their devices went is still told.
    const moves = new Map(
      [...this.pending].filter(([userId, { here }]) => !here || !this.departed.has(userId)),
    );
    this.pending = new Map();
    if (moves.size === 0) return;
    try {
      await this.store.record(this.instance, [...moves.values()]);
    } catch (error) {
      this.logger.warn('presence lags behind', { err: error, users: moves.size });
      this.pending = new Map([...moves, ...this.pending]);
      if (!this.stopped) this.timer ??= setTimeout(() => void this.flush(), RETRY_MS);
      return;
    }
    for (const { userId, at } of moves.values()) this.reports.add(userId, at);
    for (const listener of this.listeners) listener([...moves.keys()]);
  }

  /** Those who are still here go elsewhere now; the other instances see that this one beats no more. */
  private async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.leaving.values()) clearTimeout(timer);
    await this.flush();
    await this.reports.flush();
  }
}
