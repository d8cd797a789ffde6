import { Injectable } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { Gauge } from 'prom-client';
import { SearchProgressRepository } from './search-progress.repository';

/** First messages of so many milliseconds are marked together. */
const MARK_AFTER_MS = 5;
const RETRY_MS = 1_000;

const waiting = new Gauge({
  name: 'chat_search_due_conversations',
  help: 'Conversations with changes that this instance has yet to index.',
});

/**
 * Which conversations have changes that the search does not know yet. Each has a mark in the store from its first such
 * change on until it has been quiet for a moment: if this process dies, another one finds it.
 */
@Injectable()
export class DueConversations {
  /** The newest change heard of; the first one here has waited longest. */
  private readonly due = new Map<string, number>();
  /** Those whose mark in the store is ours. */
  private readonly marked = new Set<string>();
  private unmarked = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private listener: () => void = () => undefined;

  constructor(
    private readonly progress: SearchProgressRepository,
    private readonly logger: Logger,
    shutdown: Shutdown,
  ) {
    shutdown.register('flush-events', 'search marks', () => this.flush());
  }

  /** Called whenever there is something to do. */
  onDue(listener: () => void): void {
    this.listener = listener;
  }

  get size(): number {
    return this.due.size;
  }

  note(conversationId: string, ev: number): void {
    this.due.set(conversationId, Math.max(ev, this.due.get(conversationId) ?? 0));
    if (!this.marked.has(conversationId)) {
      this.marked.add(conversationId);
      this.unmarked.set(conversationId, ev);
      this.timer ??= setTimeout(() => void this.flush(), MARK_AFTER_MS).unref();
    }
    waiting.set(this.due.size);
    this.listener();
  }

  /** Taken over with its mark. */
  adopt(conversationId: string, ev: number): void {
    this.marked.add(conversationId);
    this.note(conversationId, ev);
  }

  /** Those that wait longest, and the newest change that is known of each. They stay until they are settled. */
  first(count: number): Map<string, number> {
    const first = new Map<string, number>();
    for (const [id, ev] of this.due) {
      if (first.size === count) break;
      first.set(id, ev);
    }
    return first;
  }

  /** All that was heard of up to `ev` is done; what came later stays, behind those that wait already. */
  settle(conversationId: string, ev: number): void {
    const newest = this.due.get(conversationId) ?? 0;
    this.due.delete(conversationId);
    if (newest > ev) this.due.set(conversationId, newest);
    waiting.set(this.due.size);
  }

  /** Gives up the marks of those that are done, and tells the others that the rest is being taken care of. */
  async renew(): Promise<void> {
    const quiet = [...this.marked].filter((id) => !this.due.has(id));
    // First here: what comes while the store is being told is marked anew.
    for (const id of quiet) this.marked.delete(id);
    await this.progress.release(quiet);
    await this.progress.keep([...this.due.keys()]);
  }

  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.unmarked.size === 0) return;
    const batch = this.unmarked;
    this.unmarked = new Map();
    try {
      await this.progress.markDue(batch);
    } catch (error) {
      this.logger.warn('what is to be indexed is known to this process only', { err: error });
      this.unmarked = new Map([...batch, ...this.unmarked]);
      this.timer ??= setTimeout(() => void this.flush(), RETRY_MS).unref();
    }
  }
}
