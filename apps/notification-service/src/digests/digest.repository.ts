import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DATABASE } from '@app/mongodb';
import { Patient } from '@app/platform';
import type { Connection, mongo } from 'mongoose';
import type { Notification } from '../notifications/notification';
import { BY_USER } from '../notifications/notification.schema';
import type { StoredPreferences } from '../preferences/preferences';

const WRITE = { writeConcern: { w: 'majority', j: true } } as const;
const MAX_TIME = { maxTimeMS: 2_000 } as const;
/** Of so many unread notifications a digest tells; it says that there are more. */
export const MOST_UNREAD = 500;

interface Period {
  after: Date;
  until: Date;
}

/** Who wants digests, how far theirs are, and what they would say. */
@Injectable()
export class DigestRepository implements OnModuleInit {
  private readonly preferences: mongo.Collection<StoredPreferences>;
  private readonly notifications: mongo.Collection<Notification>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.preferences = connection.collection(
      'notification_preferences',
    ) as unknown as mongo.Collection<StoredPreferences>;
    this.notifications = connection.collection('notifications') as unknown as mongo.Collection<Notification>;
  }

  /** Only those who want digests are in it. */
  @Patient()
  async onModuleInit(): Promise<void> {
    const partialFilterExpression = { email_digest: true };
    await this.preferences.createIndex({ 'digest.at': 1 }, { partialFilterExpression });
  }

  /** The one who has waited longest to be looked at, claimed until then; null: nobody waits. */
  claim(claim: string, now: Date, until: Date): Promise<StoredPreferences | null> {
    return this.preferences.findOneAndUpdate(
      { email_digest: true, 'digest.at': { $lte: now } },
      { $set: { 'digest.at': until, 'digest.claim': claim }, $unset: { 'digest.taken': '' } },
      { ...WRITE, ...MAX_TIME, sort: { 'digest.at': 1 }, returnDocument: 'after' },
    );
  }

  findClaimed(userId: number, claim: string): Promise<StoredPreferences | null> {
    return this.preferences.findOne({ _id: userId, 'digest.claim': claim, email_digest: true }, MAX_TIME);
  }

  /** To be looked at then; unless somebody else has claimed it since. */
  async release(userId: number, claim: string, at: Date): Promise<void> {
    const change = { $set: { 'digest.at': at }, $unset: { 'digest.claim': '' } } as const;
    await this.preferences.updateOne({ _id: userId, 'digest.claim': claim }, change, WRITE);
  }

  /** Whether this call is the one that has taken it. From then on that period is told of. */
  async take(
    userId: number,
    claim: string,
    { after, until }: Period,
    now: Date,
    next: Date,
  ): Promise<boolean> {
    const told = { 'digest.before': after, 'digest.covered': until, 'digest.last': now };
    const { modifiedCount } = await this.preferences.updateOne(
      { _id: userId, 'digest.claim': claim, email_digest: true },
      { $set: { ...told, 'digest.at': next, 'digest.taken': claim }, $unset: { 'digest.claim': '' } },
      WRITE,
    );
    return modifiedCount === 1;
  }

  findTaken(userId: number, claim: string): Promise<StoredPreferences | null> {
    return this.preferences.findOne({ _id: userId, 'digest.taken': claim }, MAX_TIME);
  }

  async finish(userId: number, claim: string): Promise<void> {
    const change = { $unset: { 'digest.taken': '', 'digest.before': '', 'digest.tries': '' } } as const;
    await this.preferences.updateOne({ _id: userId, 'digest.taken': claim }, change, WRITE);
  }

  /** Nobody has got it: what it told of is to be told again, at that time. */
  async putBack(userId: number, claim: string, before: Date, at: Date, tries: number): Promise<void> {
    const change = {
      $set: { 'digest.at': at, 'digest.covered': before, 'digest.tries': tries },
      $unset: { 'digest.taken': '', 'digest.before': '' },
    } as const;
    await this.preferences.updateOne({ _id: userId, 'digest.taken': claim }, change, WRITE);
  }

  /** The newest of the period, newest first; or the oldest, oldest first. */
  listUnread(userId: number, { after, until }: Period, first: 'newest' | 'oldest'): Promise<Notification[]> {
    const order = first === 'newest' ? -1 : 1;
    return this.notifications
      .find({ user_id: userId, is_read: false, created_at: { $gt: after, $lte: until } }, MAX_TIME)
      .sort({ created_at: order, _id: order })
      .hint(BY_USER)
      .limit(MOST_UNREAD + 1)
      .toArray();
  }
}
