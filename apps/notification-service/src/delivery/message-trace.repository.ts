import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { changesTo, NOBODY, type LaterMessage, type Notification } from '../notifications/notification';
import { DURABLE } from '../notifications/notification.schema';

/** The message's id, and the latest that is known of it. */
interface Trace {
  _id: string;
  ev: number;
  content: string | null;
  at: Date;
}

/** An event that is older than this has long been delivered, or lies among the dead letters. */
const KEPT_SECONDS = 7 * 86_400;
const WRITE = { writeConcern: DURABLE } as const;
const DEADLINE = { maxTimeMS: 2_000 };
const DUPLICATE_KEY = 11_000;

@Injectable()
export class MessageTraceRepository implements OnModuleInit {
  private readonly traces: mongo.Collection<Trace>;
  private readonly notifications: mongo.Collection<Notification>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.traces = connection.collection('message_traces') as unknown as mongo.Collection<Trace>;
    this.notifications = connection.collection('notifications') as unknown as mongo.Collection<Notification>;
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.traces.createIndex({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });
  }

  /** Unless a later one is known. */
  async keep({ message_id, ev, content }: LaterMessage): Promise<void> {
    try {
      const older = { _id: message_id, ev: { $lt: ev } };
      await this.traces.updateOne(
        older,
        { $set: { ev, content, at: new Date() } },
        { ...WRITE, upsert: true },
      );
    } catch (error) {
      // There is one, and it is not older.
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
    }
  }

  async listOf(messageIds: string[]): Promise<LaterMessage[]> {
    const found = await this.traces.find({ _id: { $in: messageIds } }, DEADLINE).toArray();
    return found.map(({ _id, ev, content }) => ({ message_id: _id, ev, content }));
  }

  /** Into the notifications of the message, by the beginning of their ids; those that say something later stay. */
  async write(trace: LaterMessage): Promise<void> {
    const own = { $gte: `${trace.message_id}:`, $lt: `${trace.message_id};` };
    // What is of somebody who is gone says nothing any more.
    const older = {
      title: { $ne: NOBODY.title },
      hidden: { $ne: 'deleted' as const },
      $or: [{ message_ev: { $exists: false } }, { message_ev: { $lt: trace.ev } }],
    };
    await this.notifications.updateMany({ _id: own, ...older }, { $set: changesTo(trace) }, WRITE);
  }
}
