import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { mongo, trusted, Types, type Connection, type FilterQuery, type Model } from 'mongoose';
import { DATABASE } from '../database.module';
import { conversationSchema, type StoredConversation } from './conversation.schema';

export type NewConversation = Pick<
  StoredConversation,
  'type' | 'name' | 'avatar' | 'participants' | 'admin_id' | 'pair'
>;

/** Where a page of a list starts: after this conversation, or after so many. */
export type ListStart = { after?: { at: Date; id: string }; skip: number };

@Injectable()
export class ConversationRepository implements OnModuleInit {
  private readonly model: Model<StoredConversation>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.model = connection.model<StoredConversation>('Conversation', conversationSchema);
  }

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** The stored conversation; for a private pair that has one already, that one and `created: false`. */
  async create(fresh: NewConversation): Promise<{ conversation: StoredConversation; created: boolean }> {
    const now = new Date();
    try {
      const stored = await this.model.create({
        ...fresh,
        last_activity_at: now,
        created_at: now,
        updated_at: now,
      });
      return { conversation: stored.toObject(), created: true };
    } catch (error) {
      const existing =
        fresh.pair !== undefined && isDuplicateKey(error) ? await this.findByPair(fresh.pair) : null;
      if (!existing) throw error;
      return { conversation: existing, created: false };
    }
  }

  findById(id: string): Promise<StoredConversation | null> {
    return this.model.findById(id).lean<StoredConversation>().exec();
  }

  listByIds(ids: string[]): Promise<StoredConversation[]> {
    return this.model
      .find({ _id: trusted({ $in: ids }) })
      .sort({ _id: 1 })
      .lean<StoredConversation[]>()
      .exec();
  }

  findByPair(pair: string): Promise<StoredConversation | null> {
    return this.model.findOne({ pair }).lean<StoredConversation>().exec();
  }

  /** Latest activity first. */
  listOf(userId: number, limit: number, { after, skip }: ListStart): Promise<StoredConversation[]> {
    // Built from parsed values: the sanitizer may let these operators pass.
    const older: FilterQuery<StoredConversation> = after
      ? {
          $or: [
            { last_activity_at: trusted({ $lt: after.at }) },
            { last_activity_at: after.at, _id: trusted({ $lt: new Types.ObjectId(after.id) }) },
          ],
        }
      : {};
    return this.model
      .find({ participants: userId, ...older })
      .sort({ last_activity_at: -1, _id: -1 })
      .skip(after ? 0 : skip)
      .limit(limit)
      .lean<StoredConversation[]>()
      .exec();
  }

  async listIdsOf(userId: number): Promise<string[]> {
    const found = await this.model
      .find({ participants: userId }, { _id: 1 })
      .lean<{ _id: Types.ObjectId }[]>()
      .exec();
    return found.map(({ _id }) => _id.toHexString());
  }

  /** Not awaited by any send: the order of lists may lag a moment behind. */
  async touch(activity: Map<string, Date>): Promise<void> {
    const updates = [...activity].map(([id, at]) => ({
      updateOne: { filter: { _id: new mongo.ObjectId(id) }, update: { $max: { last_activity_at: at } } },
    }));
    await this.model.collection.bulkWrite(updates, { ordered: false, writeConcern: { w: 1 } });
  }
}

const isDuplicateKey = (error: unknown) => error instanceof mongo.MongoServerError && error.code === 11_000;
