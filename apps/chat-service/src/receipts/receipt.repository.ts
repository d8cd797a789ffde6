import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '../database.module';
import type { Mark, Receipt } from './receipt';

type StoredReceipt = Partial<Receipt> & Pick<Receipt, 'user_id'> & { conversation_id: mongo.ObjectId };

/** With the place that it is about. */
export type OwnReceipt = Receipt & { conversationId: string };

const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;
const MAX_TIME = { maxTimeMS: 3_000 } as const;

const NEVER = new Date(0);

@Injectable()
export class ReceiptRepository implements OnModuleInit {
  private readonly receipts: mongo.Collection<StoredReceipt>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    this.receipts = db.collection('receipts', { readPreference: 'primary' });
  }

  async onModuleInit(): Promise<void> {
    await this.receipts.createIndexes([
      // One per member; a conversation's receipts: find({ conversation_id })
      { key: { conversation_id: 1, user_id: 1 }, unique: true },
      // A user's receipts: find({ user_id, conversation_id: { $in } })
      { key: { user_id: 1, conversation_id: 1 } },
    ]);
  }

  /** Moves the watermark of what is read, and with it that of what was delivered; false when it stood there or further. */
  read(conversationId: string, userId: number, { seq, told }: Mark, at: Date): Promise<boolean> {
    const read = { read_seq: seq, read_at: at, read_told: told };
    return this.advance(conversationId, userId, 'read_seq', seq, read, {
      delivered_seq: seq,
      delivered_at: at,
    });
  }

  delivered(conversationId: string, userId: number, { seq }: Mark, at: Date): Promise<boolean> {
    const delivered = { delivered_seq: seq, delivered_at: at };
    return this.advance(conversationId, userId, 'delivered_seq', seq, delivered);
  }

  /** How many this has removed. */
  async removeOf(userId: number, conversationIds: readonly string[]): Promise<number> {
    const own = { user_id: userId, conversation_id: { $in: conversationIds.map(toId) } };
    return (await this.receipts.deleteMany(own, DURABLE)).deletedCount;
  }

  /** Of one user, in these conversations. */
  async listOwn(userId: number, conversationIds: readonly string[]): Promise<OwnReceipt[]> {
    const own = { user_id: userId, conversation_id: { $in: conversationIds.map(toId) } };
    return (await this.receipts.find(own, MAX_TIME).toArray()).map(toOwn);
  }

  /** In the order of the users' ids. */
  async listOf(conversationId: string): Promise<Receipt[]> {
    const found = await this.receipts
      .find({ conversation_id: toId(conversationId) }, MAX_TIME)
      .sort({ user_id: 1 })
      .toArray();
    return found.map(toReceipt);
  }

  /**
   * Sets `values` where `field` is behind `seq`, and `implied` where what is delivered is behind it as well. Two devices at
   * once: each condition is looked at by the store together with the write.
   */
  private async advance(
    conversationId: string,
    userId: number,
    field: 'read_seq' | 'delivered_seq',
    seq: number,
    values: Partial<Receipt>,
    implied?: Partial<Receipt>,
  ): Promise<boolean> {
    const own = { conversation_id: toId(conversationId), user_id: userId };
    const behind = { ...own, [field]: { $not: { $gte: seq } } };
    const advances: mongo.AnyBulkWriteOperation<StoredReceipt>[] = [
      { updateOne: { filter: behind, update: { $set: values } } },
    ];
    if (implied) {
      const undelivered = { ...own, delivered_seq: { $not: { $gte: seq } } };
      advances.push({ updateOne: { filter: undelivered, update: { $set: implied } } });
    }
    const moved = async () => (await this.receipts.bulkWrite(advances, DURABLE)).modifiedCount > 0;
    if (await moved()) return true;
    if (((await this.receipts.findOne(own, MAX_TIME))?.[field] ?? -1) >= seq) return false;
    const fresh = { $setOnInsert: { ...NOTHING, ...implied, ...values } };
    try {
      const { upsertedCount } = await this.receipts.updateOne(own, fresh, { ...DURABLE, upsert: true });
      // One that another device has made this very moment may be behind.
      return upsertedCount === 1 || (await moved());
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return moved();
    }
  }
}

const NOTHING = {
  read_seq: 0,
  read_at: NEVER,
  read_told: 0,
  delivered_seq: 0,
  delivered_at: NEVER,
} satisfies Partial<Receipt>;

const toId = (id: string) => new mongo.ObjectId(id);

const toReceipt = ({ conversation_id: _, ...receipt }: StoredReceipt): Receipt => ({
  ...NOTHING,
  ...receipt,
});

const toOwn = (stored: StoredReceipt): OwnReceipt => ({
  ...toReceipt(stored),
  conversationId: stored.conversation_id.toHexString(),
});

const isDuplicateKey = (error: unknown) => error instanceof mongo.MongoServerError && error.code === 11_000;
