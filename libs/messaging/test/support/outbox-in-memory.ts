import type { OutgoingEvent } from '../../src/index';

/** What a producer's database would hold. */
export class OutboxInMemory {
  readonly unmarked = new Map<string, OutgoingEvent>();

  add(events: OutgoingEvent[]): void {
    for (const entry of events) this.unmarked.set(entry.id, entry);
  }

  markPublished(ids: string[]): Promise<void> {
    for (const id of ids) this.unmarked.delete(id);
    return Promise.resolve();
  }

  takePending(olderThanMs: number, limit: number): Promise<OutgoingEvent[]> {
    const old = [...this.unmarked.values()].filter(({ at }) => Date.now() - at.getTime() > olderThanMs);
    return Promise.resolve(old.slice(0, limit));
  }
}
