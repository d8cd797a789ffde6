import type { OutgoingEvent } from '../envelope';

/** Where the producer keeps what is still to be published; the entry is written together with the fact that it tells. */
export interface OutboxStore {
  /** The events with these ids are with the broker. */
  markPublished(ids: string[]): Promise<void>;
  /**
   * About `limit` unmarked entries older than this, oldest first; not those before `from`. A store that several processes sweep
   * at once gives each entry to one of them for some seconds.
   */
  takePending(olderThanMs: number, limit: number, from?: Date): Promise<OutgoingEvent[]>;
  /** When the oldest of them was stored, for who only looks; absent where taking claims nothing. */
  oldestPending?(olderThanMs: number): Promise<Date | undefined>;
  /**
   * Of several processes with one outbox one is enough to publish what was left behind: whether it is this one, for the next few
   * seconds. A courtesy that spares doubles; absent, all of them do it.
   */
  isMyTurn?(): Promise<boolean>;
}
