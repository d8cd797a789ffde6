import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import type { Notification } from '../notifications/notification';

const WRITE = { writeConcern: { w: 'majority', j: true } } as const;
const MAX_TIME = { maxTimeMS: 2_000 } as const;

/** Notifications that are still to be pushed: it is written in themselves, at once with what they say. */
@Injectable()
export class PushClaimRepository implements OnModuleInit {
  private readonly notifications: mongo.Collection<Notification>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.notifications = connection.collection('notifications') as unknown as mongo.Collection<Notification>;
  }

  /** Only those that are to be pushed are in it. */
  @Patient()
  async onModuleInit(): Promise<void> {
    const partialFilterExpression = { push_at: { $exists: true } };
    await this.notifications.createIndex({ push_at: 1 }, { partialFilterExpression });
  }

  /** The one that has waited longest for somebody to push it, now claimed until then; null: none waits. */
  async claim(now: Date, until: Date): Promise<Notification | null> {
    return this.notifications.findOneAndUpdate(
      { push_at: { $lte: now } },
      { $set: { push_at: until } },
      { ...WRITE, ...MAX_TIME, sort: { push_at: 1 }, returnDocument: 'after' },
    );
  }

  async finish(ids: string[]): Promise<void> {
    const change = { $unset: { push_at: '', push_tries: '', push_done: '' } } as const;
    await this.notifications.updateMany({ _id: { $in: ids } }, change, WRITE);
  }

  /** Those devices have it, or will never have it; the others shall be tried again then. */
  async postpone(id: string, at: Date, tries: number, done: string[]): Promise<void> {
    const change = { $set: { push_at: at, push_tries: tries, push_done: done } };
    await this.notifications.updateOne({ _id: id, push_at: { $exists: true } }, change, WRITE);
  }
}
