import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { MessageTexts } from '../message-texts';
import { DueConversations } from './due-conversations';
import { SearchIndexer } from './search-indexer';
import { SearchProgressRepository } from './search-progress.repository';

const EVERY_MS = 2_000;
/** Whose instance has not said for so long that it takes care of them. */
const ABANDONED_MS = 10_000;
const TAKEN_AT_ONCE = 200;
const CONVERSATIONS = 200;
const LEASE_MS = 30_000;
/** Between two rounds through all conversations. */
const REST_MS = 3_600_000;

/**
 * Finds what is not indexed and nobody takes care of: marks of instances that are gone and, by going through all
 * conversations now and then, what has no mark: messages from before there was a search, and the last moment of a crash.
 */
@Injectable()
export class SearchPatrol implements OnModuleInit {
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly due: DueConversations,
    private readonly progress: SearchProgressRepository,
    private readonly indexer: SearchIndexer,
    private readonly messages: MessageTexts,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    this.logger = logger.child({ context: 'SearchPatrol' });
    shutdown.register('stop-accepting', 'search patrol', async () => {
      clearInterval(this.timer);
      await this.running;
    });
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.start(), EVERY_MS).unref();
    this.start();
  }

  private start(): void {
    this.running ??= this.look()
      .catch((error: unknown) => this.logger.warn('the search index was not looked after', { err: error }))
      .finally(() => (this.running = undefined));
  }

  private async look(): Promise<void> {
    await this.due.renew();
    // What is left lying can wait until those who send need the store less, and until what is at hand is done.
    if (this.indexer.isBusy || this.due.size >= TAKEN_AT_ONCE) return;
    const since = new Date(Date.now() - ABANDONED_MS);
    for (const [id, ev] of await this.progress.takeAbandoned(since, TAKEN_AT_ONCE)) this.due.adopt(id, ev);
    const patrol = await this.progress.takePatrol(LEASE_MS, REST_MS);
    if (patrol) await this.walk(patrol.at);
  }

  /** A piece of the way, from the newest conversation to the oldest. */
  private async walk(from: string | undefined): Promise<void> {
    const heads = new Map<string, number>();
    let at = from;
    while (heads.size < CONVERSATIONS) {
      const head = await this.messages.findHeadBefore(at);
      if (!head) break;
      at = head.conversationId;
      heads.set(at, head.ev);
    }
    const known = await this.progress.find([...heads.keys()]);
    for (const [id, ev] of heads) if ((known.get(id) ?? 0) < ev) this.due.note(id, ev);
    await (heads.size < CONVERSATIONS || at === undefined
      ? this.progress.finishPatrol()
      : this.progress.movePatrol(at));
  }
}
