import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { PushOutcomeName, PushPlatform } from '@app/contracts';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';

/** One try to bring one notification to one device. */
export interface PushDelivery {
  user_id: number;
  notification_id: string;
  subscription_id: string;
  platform: PushPlatform;
  device: string | null;
  outcome: PushOutcomeName;
  reason: string | null;
  tries: number;
  at: Date;
}

type StoredDelivery = PushDelivery & { _id: mongo.ObjectId };

const KEPT_SECONDS = 14 * 86_400;

@Injectable()
export class PushLogRepository implements OnModuleInit {
  private readonly deliveries: mongo.Collection<PushDelivery>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.deliveries = connection.collection('push_deliveries') as unknown as mongo.Collection<PushDelivery>;
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.deliveries.createIndex({ user_id: 1, _id: -1 });
    await this.deliveries.createIndex({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });
  }

  async add(deliveries: PushDelivery[]): Promise<void> {
    await this.deliveries.insertMany(deliveries, { ordered: false, writeConcern: { w: 1 } });
  }

  /** Newest first, those older than the one with this id. */
  async listOf(userId: number, limit: number, before?: string): Promise<StoredDelivery[]> {
    const older = before === undefined ? {} : { _id: { $lt: new mongo.ObjectId(before) } };
    const found = this.deliveries.find({ user_id: userId, ...older }, { maxTimeMS: 2_000 });
    return found.sort({ _id: -1 }).limit(limit).toArray();
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.deliveries.deleteMany({ user_id: userId });
  }
}
