import { createHash } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import type { Subscription } from './subscription';

type StoredSubscription = Omit<Subscription, 'id'> & { _id: mongo.ObjectId; token_hash: string };

const WRITE = { writeConcern: { w: 'majority', j: true } } as const;
const MAX_TIME = { maxTimeMS: 2_000 } as const;
const DUPLICATE_KEY = 11_000;

/** Endpoints are longer than what an index takes. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

@Injectable()
export class SubscriptionRepository implements OnModuleInit {
  private readonly subscriptions: mongo.Collection<StoredSubscription>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.subscriptions = connection.collection(
      'push_subscriptions',
    ) as unknown as mongo.Collection<StoredSubscription>;
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.subscriptions.createIndexes([
      { key: { token_hash: 1 }, unique: true },
      { key: { user_id: 1 } },
    ]);
  }

  /** A device is one subscription, whoever uses it. The owner before, if it was somebody else's. */
  async put(
    subscription: Omit<Subscription, 'id' | 'created_at'>,
  ): Promise<{ subscription: Subscription; before: number | null }> {
    const token_hash = hashOf(subscription.token);
    const write = () =>
      this.subscriptions.findOneAndUpdate(
        { token_hash },
        { $set: subscription, $setOnInsert: { created_at: new Date() } },
        { ...WRITE, upsert: true, returnDocument: 'before' },
      );
    // The first of two at once makes it, the other finds it.
    const before = await write().catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
      return write();
    });
    const stored = await this.subscriptions.findOne({ token_hash });
    if (!stored) throw new Error('a subscription was removed while it was made');
    return { subscription: toSubscription(stored), before: before?.user_id ?? null };
  }

  async countOf(userId: number): Promise<number> {
    return this.subscriptions.countDocuments({ user_id: userId }, MAX_TIME);
  }

  async listOf(userIds: number[]): Promise<Subscription[]> {
    const found = this.subscriptions.find({ user_id: { $in: userIds } }, MAX_TIME).sort({ _id: 1 });
    return (await found.toArray()).map(toSubscription);
  }

  async isOf(userId: number, token: string): Promise<boolean> {
    return (await this.subscriptions.countDocuments({ token_hash: hashOf(token), user_id: userId })) > 0;
  }

  async remove(userId: number, token: string): Promise<boolean> {
    const own = { token_hash: hashOf(token), user_id: userId };
    return (await this.subscriptions.deleteOne(own, WRITE)).deletedCount === 1;
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.subscriptions.deleteMany({ user_id: userId }, WRITE);
  }
}

const toSubscription = ({ _id, token_hash: _, ...rest }: StoredSubscription): Subscription => ({
  id: _id.toHexString(),
  ...rest,
});
