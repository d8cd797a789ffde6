import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '../database.module';

interface DepartedUser {
  _id: number;
  /** When the account was deleted. */
  at: Date;
  /** When this service heard of it. */
  marked_at: Date;
}

const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;
const DEADLINE = { maxTimeMS: 3_000 };

/** The ids of those who are gone: all that is kept of them. */
@Injectable()
export class DepartedUserRepository implements OnModuleInit {
  private readonly departed: mongo.Collection<DepartedUser>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.departed = connection.collection('departed_users') as unknown as mongo.Collection<DepartedUser>;
  }

  async onModuleInit(): Promise<void> {
    // "Who has left since": find({ marked_at: { $gte } })
    await this.departed.createIndex({ marked_at: 1 });
  }

  async add(userId: number, at: Date): Promise<void> {
    const mark = { $setOnInsert: { at, marked_at: new Date() } };
    await this.departed.updateOne({ _id: userId }, mark, { ...DURABLE, upsert: true });
  }

  async listMarkedSince(since: Date): Promise<number[]> {
    const found = this.departed.find({ marked_at: { $gte: since } }, { ...DEADLINE, projection: { _id: 1 } });
    return (await found.toArray()).map(({ _id }) => _id);
  }
}
