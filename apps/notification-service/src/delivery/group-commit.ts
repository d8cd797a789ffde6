import { setTimeout } from 'node:timers/promises';

interface Waiting<T> {
  items: T[];
  resolve: (results: boolean[]) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins many small writes into few large ones: one write is in flight, and everything that arrives meanwhile goes into the next.
 * A lone write starts at once; under load `gapMs` between the starts of two writes lets them grow, since each costs a disk flush.
 */
export class GroupCommit<T> {
  private waiting: Waiting<T>[] = [];
  private running = false;

  /** `write` answers with one value per item, in order. */
  constructor(
    private readonly write: (items: T[]) => Promise<boolean[]>,
    private readonly gapMs: number,
    private readonly maxItems: number,
  ) {}

  /** Resolves with this caller's part of the answer when its items are written. Rejects as the write does. */
  add(items: T[]): Promise<boolean[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, resolve, reject });
      void this.run();
    });
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    while (this.waiting.length > 0) {
      const started = Date.now();
      await this.flush();
      const rest = this.gapMs - (Date.now() - started);
      if (this.waiting.length > 0 && rest > 0) await setTimeout(rest);
    }
    this.running = false;
  }

  private async flush(): Promise<void> {
    const batch = this.takeBatch();
    try {
      const results = await this.write(batch.flatMap(({ items }) => items));
      let from = 0;
      for (const { items, resolve } of batch) resolve(results.slice(from, (from += items.length)));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  private takeBatch(): Waiting<T>[] {
    let size = 0;
    const end = this.waiting.findIndex(
      ({ items }, index) => (size += items.length) > this.maxItems && index > 0,
    );
    return end === -1 ? this.waiting.splice(0) : this.waiting.splice(0, end);
  }
}
