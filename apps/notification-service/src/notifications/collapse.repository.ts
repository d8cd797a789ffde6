import { Inject, Injectable } from '@nestjs/common';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { asDeleted, type Notification } from './notification';
import { BY_USER, DURABLE } from './notification.schema';
import type { Position } from './notification.repository';

const MAX_TIME_MS = 2_000;
const WRITE = { writeConcern: DURABLE } as const;

/** The newest unread notification of a conversation, or one that stands for itself; and how many it stands for. */
export interface CollapsedEntry extends Position {
  count: number;
  mentioned: boolean;
  /** The oldest of those. */
  last: Position;
}

const IS_MESSAGE = { $and: [{ $eq: ['$type', 'message'] }, { $eq: [{ $type: '$reaction' }, 'missing'] }] };

/** What several unread notifications of one conversation are together. */
@Injectable()
export class CollapseRepository {
  private readonly collection: mongo.Collection<Notification>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.collection = connection.collection('notifications') as unknown as mongo.Collection<Notification>;
  }

  /** Of the user's newest `limit` unread ones: newest first. */
  async entriesOf(userId: number, limit: number, type?: string): Promise<CollapsedEntry[]> {
    const groups = await this.collection
      .aggregate<{ newest: Position; last: Position; count: number; mentioned: number }>(
        [
          { $match: { user_id: userId, is_read: false, ...(type !== undefined && { type }) } },
          { $sort: { created_at: -1, _id: -1 } },
          { $limit: limit },
          {
            $group: {
              _id: { $cond: [IS_MESSAGE, '$related_id', '$_id'] },
              newest: { $first: { created_at: '$created_at', _id: '$_id' } },
              last: { $last: { created_at: '$created_at', _id: '$_id' } },
              count: { $sum: 1 },
              mentioned: { $max: { $cond: ['$mentioned', 1, 0] } },
            },
          },
          { $sort: { 'newest.created_at': -1, 'newest._id': -1 } },
        ],
        { hint: BY_USER, maxTimeMS: MAX_TIME_MS },
      )
      .toArray();
    return groups.map(({ newest, last, count, mentioned }) => ({
      ...newest,
      ...{ last, count, mentioned: mentioned === 1 },
    }));
  }

  async listByIds(ids: string[]): Promise<Map<string, Notification>> {
    const found = await this.collection.find({ _id: { $in: ids } }, { maxTimeMS: MAX_TIME_MS }).toArray();
    return new Map(found.map((notification) => [notification._id, notification]));
  }

  /** How many became read: those of messages of the same conversation that stand behind it in the list. */
  async markReadBehind(entry: Notification, at: Date): Promise<number> {
    const change = { $set: { is_read: true, updated_at: at } };
    const { modifiedCount } = await this.collection.updateMany(unreadBehind(entry), change, WRITE);
    return modifiedCount;
  }

  /** The same, removed for good. */
  async deleteBehind(entry: Notification, at: Date): Promise<void> {
    await this.collection.updateMany(unreadBehind(entry), { $set: asDeleted(at) }, WRITE);
  }

  /** As it was; null when there is none that the user sees. */
  async delete(userId: number, id: string, at: Date): Promise<Notification | null> {
    const seen = { _id: id, user_id: userId, hidden: { $exists: false } };
    return this.collection.findOneAndUpdate(
      seen,
      { $set: asDeleted(at) },
      { ...WRITE, returnDocument: 'before' },
    );
  }
}

const unreadBehind = ({
  user_id,
  related_id,
  created_at,
  _id,
}: Notification): mongo.Filter<Notification> => ({
  user_id,
  is_read: false,
  created_at: { $lte: created_at },
  type: 'message',
  related_id,
  reaction: { $exists: false },
  $or: [{ created_at: { $lt: created_at } }, { _id: { $lt: _id } }],
});
