import type { Logger } from '@app/platform';
import type { OutboxStore } from './outbox-store';

const INTERVAL_MS = 100;
const BATCH = 500;

/** Collects the ids of confirmed events and marks them together, one write at a time. */
export class MarkBatch {
  private ids: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  /** `onDone` gets the ids that need no more attention: marked, or left to the sweeper because marking failed. */
  constructor(
    private readonly store: Pick<OutboxStore, 'markPublished'>,
    private readonly logger: Logger,
    private readonly onDone: (ids: string[]) => void,
  ) {}

  add(id: string): void {
    this.ids.push(id);
    if (this.ids.length >= BATCH) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), INTERVAL_MS);
  }

  /** Resolves when all ids added so far are written. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.ids.length > 0) {
      const batch = this.ids.splice(0, BATCH);
      try {
        await this.store.markPublished(batch);
      } catch (error) {
        this.logger.warn(
          `${batch.length} published outbox entries could not be marked; they will be published again`,
          error,
        );
      }
      this.onDone(batch);
    }
  }
}
