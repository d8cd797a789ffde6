import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { mongo, Schema, Types, type Connection, type Model } from 'mongoose';
import { DATABASE } from '../database.module';
import type { Receipt } from './receipt';

interface StoredReceipt extends Receipt {
  conversation_id: Types.ObjectId;
}

/** With the place that it is about. */
export type OwnReceipt = Receipt & { conversationId: string };

const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

const schema = new Schema<StoredReceipt>(
  {
    conversation_id: { type: Schema.Types.ObjectId, required: true },
    user_id: { type: Number, required: true },
    read_seq: { type: Number, required: true },
    read_at: { type: Date, required: true },
  },
  { collection: 'receipts', versionKey: false },
);

// One watermark per member; also serves a conversation's receipts: find({ conversation_id })
schema.index({ conversation_id: 1, user_id: 1 }, { unique: true });

@Injectable()
export class ReceiptRepository implements OnModuleInit {
  private readonly model: Model<StoredReceipt>;
  private readonly receipts: Model<StoredReceipt>['collection'];

  constructor(@Inject(DATABASE) connection: Connection) {
    this.model = connection.model<StoredReceipt>('Receipt', schema);
    this.receipts = this.model.collection;
  }

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Moves the watermark up to `seq`; false when it stood there or further already. */
  async advance(conversationId: string, userId: number, seq: number, at: Date): Promise<boolean> {
    const behind = {
      conversation_id: new Types.ObjectId(conversationId),
      user_id: userId,
      read_seq: { $lt: seq },
    };
    const update = { $set: { read_seq: seq, read_at: at } };
    try {
      const { upsertedCount, modifiedCount } = await this.receipts.updateOne(behind, update, {
        ...DURABLE,
        upsert: true,
      });
      return upsertedCount + modifiedCount === 1;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // There is a watermark: one that is not behind, or one that another device has set this very moment.
      return (await this.receipts.updateOne(behind, update, DURABLE)).modifiedCount === 1;
    }
  }

  /** How many this has removed. */
  async removeOf(userId: number, conversationIds: string[]): Promise<number> {
    const where = { $in: conversationIds.map((id) => new Types.ObjectId(id)) };
    const { deletedCount } = await this.receipts.deleteMany(
      { conversation_id: where, user_id: userId },
      DURABLE,
    );
    return deletedCount;
  }

  /** Of one user, in these conversations. */
  async listOwn(userId: number, conversationIds: string[]): Promise<OwnReceipt[]> {
    const where = { $in: conversationIds.map((id) => new Types.ObjectId(id)) };
    const found = await this.receipts.find({ conversation_id: where, user_id: userId }).toArray();
    return (found as unknown as StoredReceipt[]).map((receipt) => ({
      ...receipt,
      conversationId: receipt.conversation_id.toHexString(),
    }));
  }

  listOf(conversationId: string): Promise<Receipt[]> {
    return this.model.find({ conversation_id: conversationId }).lean<StoredReceipt[]>().exec();
  }
}

const isDuplicateKey = (error: unknown) => error instanceof mongo.MongoServerError && error.code === 11_000;
