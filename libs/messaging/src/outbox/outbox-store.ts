import type { OutgoingEvent } from '../envelope';

/** Where the producer keeps what is still to be published; the entry is written together with the fact that it tells. */
export interface OutboxStore {
  /** The events with these ids are with the broker. */
  markPublished(ids: string[]): Promise<void>;
  /** About `limit` unmarked entries older than this, oldest first; not those before `from`. */
  takePending(olderThanMs: number, limit: number, from?: Date): Promise<OutgoingEvent[]>;
  /**
   * Of several processes with one outbox one is enough to publish what was left behind: whether it is this one, for the next few
   * seconds. A courtesy that spares doubles; absent, all of them do it.
   */
  isMyTurn?(): Promise<boolean>;
}
