import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { Counter, Gauge } from 'prom-client';
import { NotificationConfig } from '../config';
import type { Notification } from '../notifications/notification';
import { PushClaimRepository } from './push-claim.repository';
import { PushService, type PushJob } from './push.service';
import { PushTransports } from './push-transports';

const SWEEP_MS = 1_000;
const BATCH = 200;

const left = new Counter({
  name: 'notification_pushes_left_total',
  help: 'Pushes that found no room in the queue of the instance and wait in the store.',
});

const waitingGauge = new Gauge({
  name: 'notification_push_queue',
  help: 'Notifications that wait in this instance to be pushed.',
});

/**
 * What this instance is about to push. Beside the way of a notification to connected devices, never in it: whatever does not
 * fit, or dies here, is found in the store when its claim is over, by any instance.
 */
@Injectable()
export class PushQueue implements OnApplicationBootstrap {
  private waiting: Notification[] = [];
  private underway = 0;
  private running = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private roomFor: (() => void) | undefined;

  constructor(
    private readonly push: PushService,
    private readonly claims: PushClaimRepository,
    private readonly transports: PushTransports,
    private readonly config: NotificationConfig,
    private readonly logger: Logger,
    private readonly shutdown: Shutdown,
  ) {}

  onApplicationBootstrap(): void {
    if (this.transports.isEmpty) return;
    this.shutdown.register('flush-events', 'pushes', () => this.stop());
    this.timer = setTimeout(() => void this.sweep(), SWEEP_MS);
  }

  /** Those that are to be pushed, and that this instance has stored. */
  add(stored: Notification[]): void {
    const due = stored.filter(({ push_at }) => push_at !== undefined);
    const room = Math.max(0, this.config.PUSH_QUEUE_MAX - this.waiting.length);
    if (due.length > room) left.inc(due.length - room);
    this.waiting.push(...due.slice(0, room));
    waitingGauge.set(this.waiting.length);
    if (this.waiting.length > 0) void this.run();
  }

  /** What was begun is ended; the rest is in the store. */
  private async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.waiting = [];
    while (this.underway > 0) await this.room();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    while (this.waiting.length > 0 && !this.stopped) {
      const batch = this.waiting.splice(0, BATCH);
      waitingGauge.set(this.waiting.length);
      try {
        for (const job of await this.push.plan(batch)) {
          while (this.underway >= this.config.PUSH_CONCURRENCY) await this.room();
          void this.one(job);
        }
      } catch (error) {
        this.complain(error, batch.length);
      }
    }
    this.running = false;
  }

  private async one(job: PushJob): Promise<void> {
    this.underway++;
    try {
      await this.push.push(job);
    } catch (error) {
      this.complain(error, 1);
    } finally {
      this.underway--;
      this.roomFor?.();
    }
  }

  private room(): Promise<void> {
    return new Promise((resolve) => {
      this.roomFor = resolve;
    });
  }

  /** Takes over what others have left, and what is due again. */
  private async sweep(): Promise<void> {
    try {
      for (
        let taken = 0;
        taken < BATCH && !this.stopped && this.waiting.length < this.config.PUSH_QUEUE_MAX;
        taken++
      ) {
        const until = new Date(Date.now() + this.config.PUSH_CLAIM_MS);
        const found = await this.claims.claim(new Date(), until);
        if (!found) break;
        this.add([found]);
      }
    } catch (error) {
      this.complain(error, 0);
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.sweep(), SWEEP_MS);
  }

  private complain(error: unknown, count: number): void {
    const reason = error instanceof Error ? error.message : 'unknown';
    this.logger.warn('pushes are tried again when their claim is over', { reason, count });
  }
}
