import { Inject, Injectable } from '@nestjs/common';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';

interface DepartedUser {
  _id: number;
  /** When the account was deleted. */
  at: Date;
  /** When nothing of theirs was left here. */
  finished_at?: Date;
}

const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** The ids of those who are gone: all that is kept of them, so that nothing of theirs comes back. */
@Injectable()
export class DepartedUserRepository {
  private readonly departed: mongo.Collection<DepartedUser>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.departed = connection.collection('departed_users') as unknown as mongo.Collection<DepartedUser>;
  }

  async add(userId: number, at: Date): Promise<void> {
    await this.departed.updateOne({ _id: userId }, { $setOnInsert: { at } }, { ...DURABLE, upsert: true });
  }

  /** Which of the users are gone. */
  async among(userIds: number[]): Promise<Set<number>> {
    const found = await this.departed.find({ _id: { $in: [...new Set(userIds)] } }).toArray();
    return new Set(found.map(({ _id }) => _id));
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
