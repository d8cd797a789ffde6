import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Schema, Types, type Connection, type Model } from 'mongoose';
import { DATABASE } from '../database.module';

/** How far a member has read: everything up to `read_seq`. Only ever grows, so updates may come in any order. */
export interface StoredReceipt {
  conversation_id: Types.ObjectId;
  user_id: number;
  read_seq: number;
  read_at: Date;
}

const schema = new Schema<StoredReceipt>(
  {
    conversation_id: { type: Schema.Types.ObjectId, required: true },
    user_id: { type: Number, required: true },
    read_seq: { type: Number, required: true },
    read_at: { type: Date, required: true },
  },
  { collection: 'receipts', versionKey: false, writeConcern: { w: 'majority', j: true } },
);

// One watermark per member; also serves a conversation's receipts: find({ conversation_id })
schema.index({ conversation_id: 1, user_id: 1 }, { unique: true });

@Injectable()
export class ReceiptRepository implements OnModuleInit {
  private readonly model: Model<StoredReceipt>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.model = connection.model<StoredReceipt>('Receipt', schema);
  }

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Moves the watermark up to `seq`; false when it stood there or further already. */
  async advance(conversationId: string, userId: number, seq: number, at: Date): Promise<boolean> {
    const own = { conversation_id: new Types.ObjectId(conversationId), user_id: userId };
    const opened = await this.model.updateOne(own, { $setOnInsert: { read_seq: 0, read_at: at } }, { upsert: true });
    if (opened.matchedCount === 0 && opened.upsertedCount === 0) return false;
    const moved = await this.model.collection.updateOne(
      { ...own, read_seq: { $lt: seq } },
      { $set: { read_seq: seq, read_at: at } },
      { writeConcern: { w: 'majority', j: true } },
    );
    return moved.modifiedCount === 1;
  }

  async readSeq(conversationId: string, userId: number): Promise<number> {
    const receipt = await this.model.findOne({ conversation_id: conversationId, user_id: userId }).lean().exec();
    return receipt?.read_seq ?? 0;
  }

  listOf(conversationId: string): Promise<StoredReceipt[]> {
    return this.model.find({ conversation_id: conversationId }).lean<StoredReceipt[]>().exec();
  }
}
