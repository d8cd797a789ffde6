import type { OutgoingEvent } from '../envelope';

/** Where the producer keeps what is still to be published; the entry is written together with the fact that it tells. */
export interface OutboxStore {
  /** The events with these ids are with the broker. */
  markPublished(ids: string[]): Promise<void>;
  /** Unmarked entries older than this, oldest first. */
  takePending(olderThanMs: number, limit: number): Promise<OutgoingEvent[]>;
}
