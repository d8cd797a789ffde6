import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { DURABLE, MAX_TIME } from '../store';

interface DepartedUser {
  _id: number;
  /** When the account was deleted. */
  at: Date;
  /** When this service heard of it. */
  marked_at: Date;
  /** When nothing of theirs was left here. */
  finished_at?: Date;
}

/** The ids of those who are gone: all that is kept of them. */
@Injectable()
export class DepartedUserRepository implements OnModuleInit {
  private readonly departed: mongo.Collection<DepartedUser>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.departed = connection.collection('departed_users') as unknown as mongo.Collection<DepartedUser>;
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    // "Who has left since": find({ marked_at: { $gte } })
    await this.departed.createIndex({ marked_at: 1 });
  }

  async add(userId: number, at: Date): Promise<void> {
    const mark = { $setOnInsert: { at, marked_at: new Date() } };
    await this.departed.updateOne({ _id: userId }, mark, { ...DURABLE, upsert: true });
  }

  async listMarkedSince(since: Date): Promise<number[]> {
    const found = this.departed.find({ marked_at: { $gte: since } }, { ...MAX_TIME, projection: { _id: 1 } });
    return (await found.toArray()).map(({ _id }) => _id);
  }

  async finish(userId: number): Promise<void> {
    await this.departed.updateOne({ _id: userId }, { $set: { finished_at: new Date() } }, DURABLE);
  }

  async latestFinished(): Promise<Date | null> {
    const latest = { sort: { at: -1 } } as const;
    return (await this.departed.findOne({ finished_at: { $exists: true } }, latest))?.at ?? null;
  }

  /** Those of the users of whom something may be left. */
  async unfinished(userIds: number[]): Promise<number[]> {
    const done = this.departed.find({ _id: { $in: userIds }, finished_at: { $exists: true } });
    const ids = new Set((await done.toArray()).map(({ _id }) => _id));
    return userIds.filter((id) => !ids.has(id));
  }
}
