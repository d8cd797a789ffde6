import { randomUUID } from 'node:crypto';
import type { NotificationType } from '@app/contracts';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { crashAt, isArmed, isGuarded, Patient } from '@app/platform';
import { trusted, type Connection, type Model, type mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { NO_PLACE, type Notification } from './notification';
import { BY_USER, DURABLE, notificationSchema } from './notification.schema';

const DUPLICATE_KEY = 11_000;
const KEY_IS_NATURAL = isGuarded('inbox');
const MAX_TIME_MS = 2_000;

/** The place of a notification in its owner's list. */
export interface Position {
  created_at: Date;
  _id: string;
}

interface Wanted {
  isRead?: boolean;
  type?: NotificationType;
  limit: number;
  after?: Position | undefined;
}

interface BulkFailure {
  writeErrors: { code: number; index: number }[];
  result?: { getWriteConcernError?(): unknown };
}

@Injectable()
export class NotificationRepository implements OnModuleInit {
  private readonly model: Model<Notification>;
  private readonly collection: mongo.Collection<Notification>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.model = connection.model<Notification>('Notification', notificationSchema);
    this.collection = this.model.collection as unknown as mongo.Collection<Notification>;
  }

  /** Readiness waits for the indexes. */
  @Patient()
  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Stores those that are new, durably; the answer says for each whether it was. What is there already stays as it is. */
  async insertNew(notifications: Notification[]): Promise<boolean[]> {
    const isNew = notifications.map(() => true);
    try {
      const rows = KEY_IS_NATURAL
        ? notifications
        : notifications.map((notification) => ({ ...notification, _id: randomUUID() }));
      if (isArmed('between-recipients') && rows.length > 1) await this.crashHalfway(rows);
      await this.collection.insertMany(rows, { ordered: false, writeConcern: DURABLE });
    } catch (error) {
      for (const index of duplicatesIn(error)) isNew[index] = false;
    }
    return isNew;
  }

  private async crashHalfway(rows: Notification[]): Promise<void> {
    const half = rows.slice(0, Math.ceil(rows.length / 2));
    // An event that comes again has some of them stored already; that must not look like the outcome of the whole.
    await this.collection
      .insertMany(half, { ordered: false, writeConcern: DURABLE })
      .catch((error: unknown) => duplicatesIn(error));
    crashAt('between-recipients');
  }

  /** Newest first, those that come after `after`. Without `isRead`: read or not. */
  listOf(userId: number, { isRead, type, limit, after }: Wanted): Promise<Notification[]> {
    const placed = trusted({ $gt: NO_PLACE, ...(after && { $lte: after.created_at }) });
    const older = after && {
      $or: [{ created_at: trusted({ $lt: after.created_at }) }, { _id: trusted({ $lt: after._id }) }],
    };
    return this.model
      .find({
        user_id: userId,
        is_read: isRead ?? trusted({ $in: [false, true] }),
        created_at: placed,
        ...(type !== undefined && { type }),
        ...older,
      })
      .sort({ created_at: -1, _id: -1 })
      .hint(BY_USER)
      .limit(limit)
      .maxTimeMS(MAX_TIME_MS)
      .lean<Notification[]>()
      .exec();
  }

  find(userId: number, id: string): Promise<Notification | null> {
    return this.model
      .findOne({ _id: id, user_id: userId, hidden: trusted({ $exists: false }) })
      .lean<Notification>()
      .exec();
  }

  /** Unread notifications of each user; a user without any is 0. */
  async countUnread(userIds: number[]): Promise<Map<number, number>> {
    const groups = await this.collection
      .aggregate<{ _id: number; count: number }>(
        [
          { $match: { user_id: { $in: userIds }, is_read: false } },
          { $group: { _id: '$user_id', count: { $sum: 1 } } },
        ],
        { hint: BY_USER, maxTimeMS: MAX_TIME_MS },
      )
      .toArray();
    const counts = new Map(userIds.map((id) => [id, 0]));
    for (const { _id, count } of groups) counts.set(_id, count);
    return counts;
  }

  /** The notification as it is now, when this call is the one that made it read. */
  markRead(userId: number, id: string, at: Date): Promise<Notification | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id, user_id: userId, is_read: false },
        { is_read: true, updated_at: at },
        { new: true },
      )
      .lean<Notification>()
      .exec();
  }

  /** How many became read. */
  async markAllRead(userId: number, at: Date): Promise<number> {
    const filter = { user_id: userId, is_read: false };
    const { modifiedCount } = await this.model.updateMany(filter, { is_read: true, updated_at: at }).exec();
    return modifiedCount;
  }
}

/** Positions that were refused because they exist. Throws on unless that is all that went wrong. */
function duplicatesIn(error: unknown): number[] {
  const { writeErrors, result } = error as Partial<BulkFailure>;
  const failures = Array.isArray(writeErrors) ? writeErrors : [];
  const harmless = failures.length > 0 && failures.every(({ code }) => code === DUPLICATE_KEY);
  if (!harmless || result?.getWriteConcernError?.()) throw error;
  return failures.map(({ index }) => index);
}
