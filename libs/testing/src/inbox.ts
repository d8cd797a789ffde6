interface Entry {
  name: string;
  payload: unknown;
}

interface Waiter {
  check: () => boolean;
  settle: () => void;
}

const SHOWN = 20;

/** All events that one socket got, in order, across its reconnections. */
export class Inbox {
  private readonly entries: Entry[] = [];
  private waiters: Waiter[] = [];

  add(name: string, payload: unknown): void {
    this.entries.push({ name, payload });
    const due = this.waiters.filter((waiter) => waiter.check());
    this.waiters = this.waiters.filter((waiter) => !due.includes(waiter));
    for (const waiter of due) waiter.settle();
  }

  list<T>(name: string, matches: (payload: T) => boolean = () => true): T[] {
    return this.entries
      .filter((entry) => entry.name === name)
      .map((entry) => entry.payload as T)
      .filter((payload) => matches(payload));
  }

  /** Resolves with the first `count` matches, had already or still to come; rejects with what came instead. */
  async wait<T>(
    name: string,
    count: number,
    matches: (payload: T) => boolean,
    withinMs: number,
  ): Promise<T[]> {
    const enough = () => this.list(name, matches).length >= count;
    if (!enough()) {
      await new Promise<void>((resolve, reject) => {
        const settle = () => {
          clearTimeout(timer);
          resolve();
        };
        const waiter: Waiter = { check: enough, settle };
        const timer = setTimeout(() => {
          this.waiters = this.waiters.filter((other) => other !== waiter);
          reject(new Error(this.describe(name, count, matches, withinMs)));
        }, withinMs);
        this.waiters.push(waiter);
      });
    }
    return this.list(name, matches).slice(0, count);
  }

  private describe<T>(
    name: string,
    count: number,
    matches: (payload: T) => boolean,
    withinMs: number,
  ): string {
    const found = this.list(name, matches).length;
    const shown = this.entries
      .slice(-SHOWN)
      .map((entry) => `  ${entry.name} ${JSON.stringify(entry.payload)}`);
    const omitted = this.entries.length - shown.length;
    return [
      `expected ${count} × ${name} matching ${matches.toString()} within ${withinMs} ms, got ${found}.`,
      this.entries.length === 0 ? 'Nothing was received at all.' : 'Received:',
      ...(omitted > 0 ? [`  … ${omitted} earlier events`] : []),
      ...shown,
    ].join('\n');
  }
}
