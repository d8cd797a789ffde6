import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { MessageLog } from '../../log/message-log';
import { DueConversations } from './due-conversations';
import { SearchWriter } from './search-writer';

/** From a commit to the round that indexes it: what comes meanwhile goes with it. */
const GATHER_MS = 250;
const RETRY_MS = 1_000;
const LAST_ROUNDS_MS = 1_000;
/** So many senders waiting for the store need it more than the search does, and for a moment after. */
const BUSY = 48;
const BUSY_MS = 1_000;
/** A round is so large, and behind it is a rest so many times as long. */
const PACES = { quiet: { size: 1_000, rest: 1 }, busy: { size: 200, rest: 8 } } as const;

/**
 * Makes what was said findable, a moment later. It hears which conversations have changed, and reads from the log what it
 * does not know of them yet: it misses no change in between, and however far it lags, it holds only their ids.
 */
@Injectable()
export class SearchIndexer implements OnModuleInit {
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private busyUntil = 0;

  constructor(
    private readonly log: MessageLog,
    private readonly due: DueConversations,
    private readonly writer: SearchWriter,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    this.logger = logger.child({ context: 'SearchIndexer' });
    shutdown.register('flush-events', 'search index', () => this.stop());
  }

  onModuleInit(): void {
    this.due.onDue(() => this.start());
    this.log.onCommitted(({ conversationId, message }) => {
      if (this.log.waiting > BUSY) this.busyUntil = performance.now() + BUSY_MS;
      this.due.note(conversationId, message.ev);
    });
  }

  /** Whether live sends need the store. */
  get isBusy(): boolean {
    return performance.now() < this.busyUntil;
  }

  private start(): void {
    if (this.hasStopped()) return;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (this.due.size > 0) this.start();
    });
  }

  private async run(): Promise<void> {
    await this.pause(GATHER_MS);
    while (this.due.size > 0 && !this.hasStopped()) {
      const { size } = this.pace;
      const started = performance.now();
      const changes = await this.round(size);
      const took = performance.now() - started;
      // A full round has left something behind.
      await this.pause(changes === undefined ? RETRY_MS : changes < size ? GATHER_MS : took);
      // Looked at again and again: what was busy may be quiet by now.
      while (performance.now() - started < took * (1 + this.pace.rest) && !this.hasStopped())
        await this.pause(GATHER_MS / 5);
    }
  }

  private hasStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private get pace() {
    return PACES[this.isBusy ? 'busy' : 'quiet'];
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { ref: false, signal: this.stopping.signal }).catch(() => undefined);
  }

  /** How many changes; undefined when it failed. */
  private async round(size: number): Promise<number | undefined> {
    try {
      return await this.writer.round(size);
    } catch (error) {
      this.logger.warn('the search index lags behind', { err: error, conversations: this.due.size });
      return undefined;
    }
  }

  /** What is not done in a second, another instance finds by its marks. */
  private async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    const giveUpAt = performance.now() + LAST_ROUNDS_MS;
    while (this.due.size > 0 && performance.now() < giveUpAt)
      if ((await this.round(PACES.quiet.size)) === undefined) return;
  }
}
