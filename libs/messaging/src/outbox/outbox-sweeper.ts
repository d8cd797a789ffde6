import type { Logger } from '@app/platform';
import type { OutgoingEvent } from '../envelope';
import { outboxAge, outboxPublished } from '../metrics';
import type { EventPublisher } from '../publishing/event-publisher';
import type { OutboxStore } from './outbox-store';

const INTERVAL_MS = 1_000;
/** Younger entries are on the fast path. */
const OLDER_THAN_MS = 3_000;
const BATCH = 500;
/** At once; a fraction of the publisher's window, so that a long backlog does not crowd out live traffic. */
const AT_ONCE = 250;

const publishedBySweep = outboxPublished.labels('sweep');

/** The slow path: publishes what the fast path, this process's or a dead one's, has left behind. */
export class OutboxSweeper {
  private timer: NodeJS.Timeout | undefined;
  private sweeping = false;
  /** Nothing before this was taken by the broker at the last visit. */
  private from: Date | undefined;

  constructor(
    private readonly store: OutboxStore,
    private readonly publisher: EventPublisher,
    private readonly logger: Logger,
    private readonly isUnderway: (id: string) => boolean,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => void this.tick(), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async tick(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      while (this.timer && (await this.sweepBatch()));
    } catch (error) {
      this.logger.warn('the outbox could not be swept', error);
    } finally {
      this.sweeping = false;
    }
  }

  /** True when there may be more to do right now. Without a broker it only measures how old the outbox has become. */
  private async sweepBatch(): Promise<boolean> {
    const mine = this.publisher.connected && ((await this.store.isMyTurn?.()) ?? true);
    if (!mine) {
      this.from = undefined;
      outboxAge.set(secondsSince(await this.oldest()));
      return false;
    }
    const { from } = this;
    const pending = await this.store.takePending(OLDER_THAN_MS, BATCH, from);
    const [oldest, newest] = [pending[0], pending.at(-1)];
    if (!from) outboxAge.set(secondsSince(oldest?.at));
    const stale = pending.filter(({ id }) => !this.isUnderway(id));
    const ids = await this.publishAll(stale);
    if (ids.length > 0) await this.store.markPublished(ids);
    publishedBySweep.inc(ids.length);
    // What nobody takes is tried again when all behind it has had its turn.
    if (ids.length === 0) this.from = newest && after(newest.at, from);
    return ids.length > 0;
  }

  private async oldest(): Promise<Date | undefined> {
    if (this.store.oldestPending) return this.store.oldestPending(OLDER_THAN_MS);
    return (await this.store.takePending(OLDER_THAN_MS, 1))[0]?.at;
  }

  /** The ids of those that a queue has now. */
  private async publishAll(events: OutgoingEvent[]): Promise<string[]> {
    const ids: string[] = [];
    for (let from = 0; from < events.length; from += AT_ONCE) {
      const part = events.slice(from, from + AT_ONCE);
      const results = await Promise.allSettled(part.map((event) => this.publisher.publish(event)));
      results.forEach((result, index) => {
        const event = part[index];
        if (result.status === 'fulfilled' && event) ids.push(event.id);
      });
    }
    return ids;
  }
}

const secondsSince = (at: Date | undefined) => (at ? (Date.now() - at.getTime()) / 1_000 : 0);

/** Many entries may have one time. */
const after = (at: Date, from: Date | undefined) =>
  new Date(at.getTime() + (at.getTime() === from?.getTime() ? 1 : 0));
