import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { isDuplicateKey, MAX_TIME } from '../store';

interface StoredTries {
  /** The user. */
  _id: number;
  count: number;
  ends_at: Date;
}

/** How often each user has tried codes lately, on all instances together. */
@Injectable()
export class JoinTriesRepository implements OnModuleInit {
  private readonly tries: mongo.Collection<StoredTries>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    this.tries = db.collection('join_tries', { readPreference: 'primary' });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    // What is over is removed by the store.
    await this.tries.createIndex({ ends_at: 1 }, { expireAfterSeconds: 0 });
  }

  /** Counts one more; how many there are with it, and how long that counts. A window begins with its first try. */
  async count(userId: number, windowMs: number): Promise<{ count: number; leftMs: number }> {
    const now = new Date();
    const running = await this.add(userId, 1, now);
    if (running) return { count: running.count, leftMs: running.ends_at.getTime() - now.getTime() };
    const over = { _id: userId, ends_at: { $lte: now } };
    const fresh = { $set: { count: 1, ends_at: new Date(now.getTime() + windowMs) } };
    try {
      await this.tries.updateOne(over, fresh, { upsert: true });
      return { count: 1, leftMs: windowMs };
    } catch (error) {
      // Another try of this moment has begun the window.
      if (!isDuplicateKey(error)) throw error;
      return this.count(userId, windowMs);
    }
  }

  /** It was no guess after all. */
  async takeBack(userId: number): Promise<void> {
    await this.add(userId, -1, new Date());
  }

  private add(userId: number, count: number, now: Date): Promise<StoredTries | null> {
    return this.tries.findOneAndUpdate(
      { _id: userId, ends_at: { $gt: now } },
      { $inc: { count } },
      { ...MAX_TIME, returnDocument: 'after' },
    );
  }
}
