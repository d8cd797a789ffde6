import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Logger, Patient, Shutdown } from '@app/platform';
import { ChatConfig } from '../config';
import { LastSeenReports } from './last-seen-reports';
import { LocalPresence } from './local-presence';
import { PresenceRepository, type StoredInstance } from './presence.repository';
import { PresenceService } from './presence.service';

/** What else must be true of the instances that live, and of those only. */
export interface Companion {
  /** With each beat of ours. */
  beat(): Promise<void>;
  /** This instance is dead. May be repeated, and be done by several at once. */
  bury(instance: string): Promise<void>;
  /** We were taken for dead. */
  revive(): void;
}

/** Signs of life in one lease. */
const BEATS = 5;
const PAGE = 1_000;
/** What is read again each time: writes become visible in nearly, not quite, the order of their times. */
const OVERLAP_MS = 2_000;

/**
 * Keeps presence true whatever happens: shows that this instance lives, buries those that do not, and reads the changes that
 * nobody has told us of. Another instance is dead when its number stands still while we look; no two clocks are compared.
 */
@Injectable()
export class PresenceKeeper implements OnModuleInit, OnApplicationBootstrap {
  private readonly others = new Map<string, { beat: number; standsStill: number }>();
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private heardUntil = 0;
  private readonly companions: Companion[] = [];

  constructor(
    private readonly store: PresenceRepository,
    private readonly local: LocalPresence,
    private readonly presence: PresenceService,
    private readonly reports: LastSeenReports,
    private readonly config: ChatConfig,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    this.logger = logger.child({ context: 'PresenceKeeper' });
    shutdown.register('stop-accepting', 'presence keeper', () => {
      clearTimeout(this.timer);
      return Promise.resolve();
    });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.store.register(this.local.instance);
    this.heardUntil = await this.store.findLastChange();
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), this.config.PRESENCE_LEASE_MS / BEATS).unref();
  }

  accompany(companion: Companion): void {
    this.companions.push(companion);
  }

  private async tick(): Promise<void> {
    try {
      if (!(await this.store.beat(this.local.instance))) {
        await this.store.register(this.local.instance);
        this.local.moveAll();
        for (const companion of this.companions) companion.revive();
      }
      const instances = await this.store.listInstances();
      for (const dead of instances.filter((each) => this.isDead(each))) await this.bury(dead);
      this.forgetAllBut(instances);
      await this.hear();
      for (const companion of this.companions) await companion.beat();
    } catch (error) {
      this.logger.warn('presence could not be looked after', { err: error });
    }
  }

  private isDead({ _id, beat }: StoredInstance): boolean {
    if (_id === this.local.instance) return false;
    const before = this.others.get(_id);
    const standsStill = before?.beat === beat ? before.standsStill + 1 : 0;
    this.others.set(_id, { beat, standsStill });
    return standsStill >= BEATS;
  }

  private async bury(dead: StoredInstance): Promise<void> {
    for (const companion of this.companions) await companion.bury(dead._id);
    const left = await this.store.bury(dead);
    for (const userId of left) this.reports.add(userId, dead.at.getTime());
    this.logger.info('an instance is gone, and with it its users', { gone: dead._id, users: left.length });
  }

  private forgetAllBut(instances: StoredInstance[]): void {
    const known = new Set(instances.map(({ _id }) => _id));
    for (const id of this.others.keys()) if (!known.has(id)) this.others.delete(id);
  }

  private async hear(): Promise<void> {
    let after = this.heardUntil - OVERLAP_MS;
    for (;;) {
      const changed = await this.store.listChangedAfter(after, PAGE);
      this.presence.changed(changed);
      const last = changed.at(-1);
      if (last) after = this.heardUntil = Math.max(this.heardUntil, last.changedAt);
      if (changed.length < PAGE) return;
    }
  }
}
