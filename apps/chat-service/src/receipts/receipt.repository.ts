import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { batchReader, type BatchRead, DATABASE } from '@app/mongodb';
import { NOTHING, type Mark, type Receipt } from './receipt';
import { DURABLE, isDuplicateKey, MAX_TIME } from '../store';

type StoredReceipt = Partial<Receipt> & Pick<Receipt, 'user_id'> & { conversation_id: mongo.ObjectId };

interface Place {
  userId: number;
  conversationId: string;
}

/** With the place that it is about. */
export type OwnReceipt = Receipt & { conversationId: string };

/** Of one query. */
const BRANCHES = 50;

@Injectable()
export class ReceiptRepository implements OnModuleInit {
  private readonly receipts: mongo.Collection<StoredReceipt>;
  private readonly list: BatchRead<StoredReceipt>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    this.receipts = db.collection('receipts', { readPreference: 'primary' });
    this.list = batchReader(db, this.receipts);
  }

  @Patient()
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

  /** The member is about to hide a message of the conversation from themself. */
  async markHiding(conversationId: string, userId: number): Promise<void> {
    const own = { conversation_id: toId(conversationId), user_id: userId };
    const mark = { $set: { hides: true as const } };
    await this.receipts.updateOne(own, mark, { ...DURABLE, upsert: true }).catch(async (error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
      await this.receipts.updateOne(own, mark, DURABLE);
    });
  }

  /** How many this has removed. */
  async removeOf(userId: number, conversationIds: readonly string[]): Promise<number> {
    const own = { user_id: userId, conversation_id: { $in: conversationIds.map(toId) } };
    return (await this.receipts.deleteMany(own, DURABLE)).deletedCount;
  }

  /** Of one user, in these conversations. */
  async listOwn(userId: number, conversationIds: readonly string[]): Promise<OwnReceipt[]> {
    const own = { user_id: userId, conversation_id: { $in: conversationIds.map(toId) } };
    return (await this.list(own, MAX_TIME)).map(toOwn);
  }

  /** In the order of the places, of which no two are the same. */
  async readBy(places: readonly Place[]): Promise<(Mark | undefined)[]> {
    const marks = new Map<string, Mark>();
    for (const where of branchesOf(places)) {
      const found = await this.list({ $or: where }, { ...MAX_TIME, projection: READ_FIELDS });
      for (const { conversation_id, user_id, read_seq, read_told } of found)
        if (read_seq !== undefined && read_told !== undefined)
          marks.set(`${conversation_id.toHexString()}:${user_id}`, { seq: read_seq, told: read_told });
    }
    return places.map(({ conversationId, userId }) => marks.get(`${conversationId}:${userId}`));
  }

  /** By conversation. */
  async listOfAll(conversationIds: readonly string[]): Promise<Map<string, Receipt[]>> {
    const where = { conversation_id: { $in: conversationIds.map(toId) } };
    const found = conversationIds.length === 0 ? [] : await this.list(where, MAX_TIME);
    const receipts = new Map<string, Receipt[]>();
    for (const each of found) listIn(receipts, each.conversation_id.toHexString()).push(toReceipt(each));
    return receipts;
  }

  /** In the order of the users' ids. */
  async listOf(conversationId: string): Promise<Receipt[]> {
    const own = { conversation_id: toId(conversationId) };
    const found = await this.list(own, { ...MAX_TIME, sort: { user_id: 1 } });
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

const READ_FIELDS = { _id: 0, conversation_id: 1, user_id: 1, read_seq: 1, read_told: 1 } as const;

/** A user in many conversations, or many users in one: a branch has one of the two. At most so many branches in a query. */
function branchesOf(places: readonly Place[]): mongo.Filter<StoredReceipt>[][] {
  const byUser = new Map<number, string[]>();
  const byConversation = new Map<string, number[]>();
  for (const { userId, conversationId } of places) {
    listIn(byUser, userId).push(conversationId);
    listIn(byConversation, conversationId).push(userId);
  }
  const branches: mongo.Filter<StoredReceipt>[] =
    byUser.size < byConversation.size
      ? [...byUser].map(([user_id, ids]) => ({ user_id, conversation_id: { $in: ids.map(toId) } }))
      : [...byConversation].map(([id, user_ids]) => ({
          conversation_id: toId(id),
          user_id: { $in: user_ids },
        }));
  const queries: mongo.Filter<StoredReceipt>[][] = [];
  for (let from = 0; from < branches.length; from += BRANCHES)
    queries.push(branches.slice(from, from + BRANCHES));
  return queries;
}

function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  let list = lists.get(key);
  if (!list) lists.set(key, (list = []));
  return list;
}

const toId = (id: string) => new mongo.ObjectId(id);

const toReceipt = ({ conversation_id: _, ...receipt }: StoredReceipt): Receipt => ({
  ...NOTHING,
  ...receipt,
});

const toOwn = (stored: StoredReceipt): OwnReceipt => ({
  ...toReceipt(stored),
  conversationId: stored.conversation_id.toHexString(),
});
