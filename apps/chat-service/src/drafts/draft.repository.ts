import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import type { TimePlace } from '../time-cursor';
import { DATABASE } from '@app/mongodb';
import { freePlaceAmong } from '../limits/free-place';
import { DURABLE, isDuplicateKey, MAX_TIME } from '../store';

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
  /** Each that is not empty has one of as many places as there may be. */
  place?: number;
}

const WRITTEN = { returnDocument: 'after', ...DURABLE, ...MAX_TIME } as const;
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

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.drafts.createIndexes([
      // Each conversation once per user; all of a user's in this order.
      { key: BY_CONVERSATION, unique: true },
      { key: { user_id: 1, place: 1 }, unique: true, partialFilterExpression: { place: { $exists: true } } },
      // find({ user_id, is_empty: false }).sort({ updated_at: -1, conversation_id: -1 })
      { key: { user_id: 1, is_empty: 1, updated_at: -1, conversation_id: -1 } },
    ]);
  }

  /**
   * The number grows with each change, so that the devices agree on which one was last. An empty one keeps its number.
   * Null: there are `limit` others.
   */
  async set(
    userId: number,
    draft: Pick<Draft, 'conversationId' | 'content' | 'replyTo'>,
    limit: number,
  ): Promise<Draft | null> {
    const key = { user_id: userId, conversation_id: new mongo.ObjectId(draft.conversationId) };
    const change = {
      $set: {
        content: draft.content,
        reply_to: draft.replyTo === null ? null : new mongo.ObjectId(draft.replyTo),
        updated_at: new Date(),
        is_empty: isEmpty(draft),
      },
      $inc: { rev: 1 },
    };
    const write = (
      filter: mongo.Filter<StoredDraft>,
      more: mongo.UpdateFilter<StoredDraft>,
      upsert: boolean,
    ) => this.drafts.findOneAndUpdate(filter, { ...change, ...more }, { ...WRITTEN, upsert });
    for (;;) {
      try {
        // One that is there keeps its place.
        const stored = isEmpty(draft)
          ? await write(key, { $unset: { place: '' } }, true)
          : await write({ ...key, is_empty: false }, {}, false);
        if (stored) return toDraft(stored);
        const place = await this.freePlace(userId, key.conversation_id, limit);
        if (place === undefined) return null;
        const begun = await write(key, { $set: { ...change.$set, place } }, true);
        if (begun) return toDraft(begun);
      } catch (error) {
        // Another device was faster with the place, or with this very draft.
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  private async freePlace(
    userId: number,
    besides: mongo.ObjectId,
    limit: number,
  ): Promise<number | undefined> {
    const others = { user_id: userId, is_empty: false, conversation_id: { $ne: besides } };
    const taken = this.drafts.find(others, { ...MAX_TIME, projection: { _id: 0, place: 1 } });
    return freePlaceAmong(await taken.toArray(), limit);
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

const isEmpty = ({ content, replyTo }: Pick<Draft, 'content' | 'replyTo'>) =>
  content === '' && replyTo === null;

const toDraft = (stored: StoredDraft): Draft => ({
  conversationId: stored.conversation_id.toHexString(),
  content: stored.content,
  replyTo: stored.reply_to?.toHexString() ?? null,
  rev: stored.rev,
  updatedAt: stored.updated_at,
});
