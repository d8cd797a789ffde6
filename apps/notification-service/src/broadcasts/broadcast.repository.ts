import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import type { Broadcast, BroadcastState } from './broadcast';

const WRITE = { writeConcern: { w: 'majority', j: true } } as const;
const MAX_TIME = { maxTimeMS: 2_000 } as const;
const DUPLICATE_KEY = 11_000;

@Injectable()
export class BroadcastRepository implements OnModuleInit {
  private readonly broadcasts: mongo.Collection<Broadcast>;
  private readonly states: mongo.Collection<BroadcastState>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.broadcasts = connection.collection('broadcasts') as unknown as mongo.Collection<Broadcast>;
    this.states = connection.collection('broadcast_states') as unknown as mongo.Collection<BroadcastState>;
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.broadcasts.createIndex({ expires_at: 1 }, { expireAfterSeconds: 0 });
  }

  /** Whether it was not there before. */
  async insert(broadcast: Broadcast): Promise<boolean> {
    try {
      await this.broadcasts.insertOne(broadcast, WRITE);
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
      return false;
    }
  }

  /** Newest first. */
  async listLiving(at: Date, limit: number): Promise<Broadcast[]> {
    const living = this.broadcasts.find({ expires_at: { $gt: at } }, MAX_TIME);
    return living.sort({ created_at: -1, _id: -1 }).limit(limit).toArray();
  }

  async statesOf(userIds: number[]): Promise<Map<number, BroadcastState>> {
    const found = await this.states.find({ _id: { $in: userIds } }, MAX_TIME).toArray();
    return new Map(found.map((state) => [state._id, state]));
  }

  /** Notes in the user's own document what they have done; of what is over nothing needs to be known any more. */
  async note(userId: number, what: 'read' | 'deleted', id: string, living: string[]): Promise<void> {
    await this.upserted(userId, { $addToSet: { [what]: id } });
    const over = { $pull: { read: { $nin: living }, deleted: { $nin: living } } };
    await this.states.updateOne(
      { _id: userId, [`${what}.${living.length}`]: { $exists: true } },
      over,
      WRITE,
    );
  }

  async readUntil(userId: number, at: Date): Promise<void> {
    await this.upserted(userId, { $max: { read_until: at } });
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.states.deleteOne({ _id: userId }, WRITE);
  }

  /** The first of two at once makes the document, the other finds it. */
  private async upserted(userId: number, change: mongo.UpdateFilter<BroadcastState>): Promise<void> {
    const write = () => this.states.updateOne({ _id: userId }, change, { ...WRITE, upsert: true });
    await write().catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
      return write();
    });
  }
}
