import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import type { ErrorCode, ScheduledStatus, SentType } from '@app/contracts';
import { mongo, type Connection } from 'mongoose';
import type { TimePlace } from '../time-cursor';
import { DATABASE } from '@app/mongodb';
import { freePlaceAmong } from '../limits/free-place';
import { DURABLE, isDuplicateKey, MAX_TIME } from '../store';

/** What is to be sent, by whom. Ids are hex. */
export interface ScheduledContent {
  conversation_id: string;
  content: string;
  type: SentType;
  attachments: string[];
  reply_to: string | null;
  thread_id: string | null;
  send_at: Date;
}

export interface StoredScheduled extends ScheduledContent {
  _id: mongo.ObjectId;
  user_id: number;
  username: string;
  clientId?: string;
  /** `sending`: it is too late to change it; to its author it still waits. */
  status: ScheduledStatus | 'sending';
  error?: ErrorCode;
  /** Each has one of as many places as there may be. */
  place?: number;
  created_at: Date;
}

const CHANGEABLE: mongo.Condition<StoredScheduled['status']> = { $in: ['waiting', 'failed'] };
const AFTER = { returnDocument: 'after' } as const;

export type NewScheduled = Omit<StoredScheduled, '_id' | 'status' | 'created_at' | 'place'>;

@Injectable()
export class ScheduledRepository implements OnModuleInit {
  private readonly scheduled: mongo.Collection<StoredScheduled>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    this.scheduled = db.collection('scheduled_messages', { readPreference: 'primary' });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.scheduled.createIndexes([
      // What is due: find({ status, send_at: { $lte } }).sort({ send_at: 1, _id: 1 })
      { key: { status: 1, send_at: 1, _id: 1 } },
      // A user's: find({ user_id }).sort({ send_at: 1, _id: 1 })
      { key: { user_id: 1, send_at: 1, _id: 1 } },
      { key: { user_id: 1, place: 1 }, unique: true, partialFilterExpression: { place: { $exists: true } } },
      {
        key: { user_id: 1, conversation_id: 1, clientId: 1 },
        unique: true,
        partialFilterExpression: { clientId: { $exists: true } },
      },
    ]);
  }

  /** For a clientId that was scheduled before: that one. Null: there are `limit` already. */
  async add(fresh: NewScheduled, limit: number): Promise<StoredScheduled | null> {
    for (;;) {
      const place = await this.freePlace(fresh.user_id, limit);
      if (place === undefined) return null;
      const message = {
        ...fresh,
        _id: new mongo.ObjectId(),
        status: 'waiting' as const,
        created_at: new Date(),
        place,
      };
      try {
        await this.scheduled.insertOne(message, DURABLE);
        return message;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const { user_id, conversation_id, clientId } = fresh;
        const earlier =
          clientId === undefined ? null : await this.findByClientId(user_id, conversation_id, clientId);
        if (earlier) return earlier;
        // Another device was faster with the place.
      }
    }
  }

  private async freePlace(userId: number, limit: number): Promise<number | undefined> {
    const others = { user_id: userId };
    const taken = this.scheduled.find(others, { ...MAX_TIME, projection: { _id: 0, place: 1 } });
    return freePlaceAmong(await taken.toArray(), limit);
  }

  findOf(userId: number, id: string): Promise<StoredScheduled | null> {
    return this.scheduled.findOne({ _id: new mongo.ObjectId(id), user_id: userId }, MAX_TIME);
  }

  findByClientId(userId: number, conversationId: string, clientId: string): Promise<StoredScheduled | null> {
    return this.scheduled.findOne({ user_id: userId, conversation_id: conversationId, clientId }, MAX_TIME);
  }

  /** The next one first, behind the given one. */
  listOf(
    userId: number,
    limit: number,
    { conversationId, after }: { conversationId?: string; after?: TimePlace },
  ): Promise<StoredScheduled[]> {
    const behind = after && {
      $or: [
        { send_at: { $gt: after.at } },
        { send_at: after.at, _id: { $gt: new mongo.ObjectId(after.id) } },
      ],
    };
    const there = conversationId === undefined ? {} : { conversation_id: conversationId };
    return this.scheduled
      .find({ user_id: userId, ...there, ...behind }, MAX_TIME)
      .sort({ send_at: 1, _id: 1 })
      .limit(limit)
      .toArray();
  }

  /** Null: it is not there any more, or just being sent. One that had failed waits again. */
  change(
    userId: number,
    id: string,
    values: Partial<Pick<StoredScheduled, 'content' | 'send_at'>>,
  ): Promise<StoredScheduled | null> {
    return this.scheduled.findOneAndUpdate(
      { _id: new mongo.ObjectId(id), user_id: userId, status: CHANGEABLE },
      { $set: { ...values, status: 'waiting' }, $unset: { error: '' } },
      { ...AFTER, ...DURABLE, ...MAX_TIME },
    );
  }

  listDue(limit: number): Promise<StoredScheduled[]> {
    return this.scheduled
      .find({ status: { $in: ['waiting', 'sending'] }, send_at: { $lte: new Date() } }, MAX_TIME)
      .sort({ send_at: 1, _id: 1 })
      .limit(limit)
      .toArray();
  }

  /** From here on its author cannot change it. Null: it was changed or taken back since it was read. */
  claim({ _id, send_at }: StoredScheduled): Promise<StoredScheduled | null> {
    return this.scheduled.findOneAndUpdate(
      { _id, send_at, status: { $in: ['waiting', 'sending'] } },
      { $set: { status: 'sending' } },
      { ...AFTER, ...DURABLE, ...MAX_TIME },
    );
  }

  fail({ _id }: StoredScheduled, error: ErrorCode): Promise<StoredScheduled | null> {
    return this.scheduled.findOneAndUpdate(
      { _id },
      { $set: { status: 'failed', error } },
      { ...AFTER, ...DURABLE, ...MAX_TIME },
    );
  }

  /** It was sent. */
  async finish({ _id }: StoredScheduled): Promise<void> {
    await this.scheduled.deleteOne({ _id }, DURABLE);
  }

  /** Whether it was there and not being sent. */
  async remove(userId: number, id: string): Promise<boolean> {
    const one = { _id: new mongo.ObjectId(id), user_id: userId, status: CHANGEABLE };
    return (await this.scheduled.deleteOne(one, DURABLE)).deletedCount === 1;
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.scheduled.deleteMany({ user_id: userId }, DURABLE);
  }
}
