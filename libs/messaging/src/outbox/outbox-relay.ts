import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { crashAt, crashOnceSaidAt, isGuarded, Logger, Shutdown } from '@app/platform';
import type { OutgoingEvent } from '../envelope';
import { outboxPublished } from '../metrics';
import { EventPublisher } from '../publishing/event-publisher';
import { MarkBatch } from './mark-batch';
import type { OutboxStore } from './outbox-store';
import { OutboxSweeper } from './outbox-sweeper';

/** Events that may wait here for a place in the publisher's window. */
const BUFFER_LIMIT = 20_000;
/** Events of so many milliseconds are published together. */
const GATHER_MS = 10;
const DRAIN_DEADLINE_MS = 2_200;

const AWAITS_CONFIRM = isGuarded('confirm');

const publishedFast = outboxPublished.labels('fast');

/**
 * Brings outbox entries to the broker: at once when all is well, by a sweep every second otherwise. An event may be published
 * twice (a crash between confirm and mark), never not at all.
 */
@Injectable()
export class OutboxRelay {
  private readonly buffer: OutgoingEvent[] = [];
  private next = 0;
  private pumping = false;
  /** Buffered, unconfirmed or not yet marked: the sweeper leaves them alone. */
  private readonly underway = new Set<string>();
  private readonly idleListeners: (() => void)[] = [];
  private marks: MarkBatch | undefined;
  private sweeper: OutboxSweeper | undefined;

  constructor(
    private readonly publisher: EventPublisher,
    private readonly logger: Logger,
    shutdown: Shutdown,
  ) {
    shutdown.register('flush-events', 'outbox relay', () => this.drain());
  }

  use(store: OutboxStore): void {
    this.sweeper?.stop();
    const logger = this.logger.child({ context: 'OutboxRelay' });
    this.marks = new MarkBatch(store, logger, (ids) => this.finish(ids));
    this.sweeper = new OutboxSweeper(store, this.publisher, logger, (id) => this.underway.has(id));
    this.sweeper.start();
  }

  /** Takes over events whose entries are stored. Never throws and never waits; what finds no room is left to the sweeper. */
  publishSoon(events: OutgoingEvent[]): void {
    if (!this.publisher.connected) return;
    for (const event of events) {
      if (this.buffer.length - this.next >= BUFFER_LIMIT) return;
      this.buffer.push(event);
      this.underway.add(event.id);
    }
    this.pumpSoon();
  }

  /** Resolves when everything taken over is published and marked, or after two seconds: the next process sweeps the rest. */
  async drain(): Promise<void> {
    this.sweeper?.stop();
    if (!this.publisher.connected) this.forgetBuffer();
    await Promise.race([this.idle(), delay(DRAIN_DEADLINE_MS, undefined, { ref: false })]);
    await this.marks?.flush();
  }

  /** Not at once: the callers' acks go first, and the broker syncs its disk once per batch rather than once per event. */
  private pumpSoon(): void {
    if (this.pumping || this.next >= this.buffer.length) return;
    this.pumping = true;
    setTimeout(() => {
      this.pumping = false;
      this.pump();
    }, GATHER_MS);
  }

  private pump(): void {
    if (!this.publisher.connected) this.forgetBuffer();
    let { room } = this.publisher;
    while (room-- > 0) {
      const event = this.buffer[this.next];
      if (!event) break;
      this.next++;
      void this.publish(event);
    }
    this.dropTaken();
  }

  private async publish(event: OutgoingEvent): Promise<void> {
    if (crashOnceSaidAt('before-publish')) return;
    try {
      const confirmed = this.publisher.publish(event);
      crashOnceSaidAt('before-confirm');
      if (AWAITS_CONFIRM) await confirmed;
      else confirmed.catch(() => undefined);
      crashAt('before-mark');
      publishedFast.inc();
      this.marks?.add(event.id);
    } catch {
      // Counted by the publisher; the entry stays unmarked, so the sweeper comes for it.
      this.finish([event.id]);
    }
    this.pumpSoon();
  }

  private dropTaken(): void {
    if (this.next < this.buffer.length && this.next < BUFFER_LIMIT) return;
    this.buffer.splice(0, this.next);
    this.next = 0;
  }

  private forgetBuffer(): void {
    const rest = this.buffer.splice(0).slice(this.next);
    this.next = 0;
    this.finish(rest.map(({ id }) => id));
  }

  private finish(ids: string[]): void {
    for (const id of ids) this.underway.delete(id);
    if (this.underway.size === 0) this.idleListeners.splice(0).forEach((listener) => listener());
  }

  private idle(): Promise<void> {
    if (this.underway.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.idleListeners.push(resolve);
    });
  }
}
