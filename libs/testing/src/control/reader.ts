import type { mongo } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 5;

/** Follows a log as a client does: asks for what is behind the last number that it has, again and again. */
export class Reader {
  seen = 0;
  private last = 0;

  constructor(private readonly messages: mongo.Collection<{ seq: number }>) {}

  async follow(until: Promise<void>): Promise<void> {
    const over = new AbortController();
    const ended = until.finally(() => over.abort());
    while (!over.signal.aborted) {
      await this.read();
      await delay(EVERY_MS);
    }
    await ended;
  }

  async read(): Promise<void> {
    const behind = { seq: { $gt: this.last } };
    const page = await this.messages
      .find(behind)
      .sort({ seq: 1 })
      .project<{ seq: number }>({ seq: 1 })
      .toArray();
    this.seen += page.length;
    this.last = page.at(-1)?.seq ?? this.last;
  }
}
