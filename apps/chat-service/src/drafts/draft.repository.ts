import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { mongo, type Connection } from 'mongoose';
import type { TimePlace } from '../time-cursor';
import { DATABASE } from '../database.module';
import { DURABLE, MAX_TIME } from '../store';

export interface Draft {
  conversationId: string;
  content: string;
  replyTo: string | null;
  rev: number;
  updatedAt: Date;
}

interface StoredDraft {
  user_id: number;
  conversation_id: mongo.ObjectId;
  content: string;
  reply_to: mongo.ObjectId | null;
  rev: number;
  updated_at: Date;
  /** An empty one is kept for its number only. */
  is_empty: boolean;
}

const BY_CONVERSATION = { user_id: 1, conversation_id: 1 } as const;

@Injectable()
export class DraftRepository implements OnModuleInit {
  private readonly drafts: mongo.Collection<StoredDraft>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.drafts = connection
      .getClient()
      .db(connection.name)
      .collection('drafts', { readPreference: 'primary' });
  }

  async onModuleInit(): Promise<void> {
    await this.drafts.createIndexes([
      // Each conversation once per user; all of a user's in this order.
      { key: BY_CONVERSATION, unique: true },
      // find({ user_id, is_empty: false }).sort({ updated_at: -1, conversation_id: -1 })
      { key: { user_id: 1, is_empty: 1, updated_at: -1, conversation_id: -1 } },
    ]);
  }

  /** The number grows with each change, so that the devices agree on which one was last. An empty one keeps its number. */
  async set(userId: number, draft: Pick<Draft, 'conversationId' | 'content' | 'replyTo'>): Promise<Draft> {
    const key = { user_id: userId, conversation_id: new mongo.ObjectId(draft.conversationId) };
    const update = {
      $set: {
        content: draft.content,
        reply_to: draft.replyTo === null ? null : new mongo.ObjectId(draft.replyTo),
        updated_at: new Date(),
        is_empty: isEmpty(draft),
      },
      $inc: { rev: 1 },
    };
    const write = () =>
      this.drafts.findOneAndUpdate(key, update, {
        upsert: true,
        returnDocument: 'after',
        ...DURABLE,
        ...MAX_TIME,
      });
    // Two devices that begin at the same moment both want to insert it.
    const stored = await write().catch((error: unknown) => {
      if (!(error instanceof mongo.MongoServerError && error.code === 11_000)) throw error;
      return write();
    });
    if (!stored) throw new Error('an upsert has given nothing back');
    return toDraft(stored);
  }

  has(userId: number, conversationId: string): Promise<boolean> {
    const key = { user_id: userId, conversation_id: new mongo.ObjectId(conversationId), is_empty: false };
    return this.drafts.findOne(key, MAX_TIME).then((found) => found !== null);
  }

  countOf(userId: number): Promise<number> {
    return this.drafts.countDocuments({ user_id: userId, is_empty: false }, MAX_TIME);
  }

  /** The latest first; behind the given one. */
  async listOf(userId: number, limit: number, after?: TimePlace): Promise<Draft[]> {
    const behind = after && {
      $or: [
        { updated_at: { $lt: after.at } },
        { updated_at: after.at, conversation_id: { $lt: new mongo.ObjectId(after.id) } },
      ],
    };
    const found = await this.drafts
      .find({ user_id: userId, is_empty: false, ...behind }, MAX_TIME)
      .sort({ updated_at: -1, conversation_id: -1 })
      .limit(limit)
      .toArray();
    return found.map(toDraft);
  }

  /** In the order of the conversations, those behind one of them. */
  async listOwn(userId: number, after: string | undefined, limit: number): Promise<Draft[]> {
    const behind = after !== undefined && { conversation_id: { $gt: new mongo.ObjectId(after) } };
    const found = await this.drafts
      .find({ user_id: userId, is_empty: false, ...behind }, { ...MAX_TIME, hint: BY_CONVERSATION })
      .sort({ conversation_id: 1 })
      .limit(limit)
      .toArray();
    return found.map(toDraft);
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.drafts.deleteMany({ user_id: userId }, DURABLE);
  }
}

export const isEmpty = ({ content, replyTo }: Pick<Draft, 'content' | 'replyTo'>) =>
  content === '' && replyTo === null;

const toDraft = (stored: StoredDraft): Draft => ({
  conversationId: stored.conversation_id.toHexString(),
  content: stored.content,
  replyTo: stored.reply_to?.toHexString() ?? null,
  rev: stored.rev,
  updatedAt: stored.updated_at,
});
