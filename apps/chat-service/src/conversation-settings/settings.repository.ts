import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { batchReader, type BatchRead, DATABASE } from '@app/mongodb';
import { DURABLE, isDuplicateKey, MAX_TIME } from '../store';
import { NOTHING_SET, type Mute, type Settings } from './settings';

interface StoredSettings extends Settings {
  /** `<user>:<conversation>` */
  _id: string;
  user_id: number;
  conversation_id: mongo.ObjectId;
}

const keyOf = (userId: number, conversationId: string) => `${userId}:${conversationId.toLowerCase()}`;

/** One document for each conversation in which a user has set something. */
@Injectable()
export class SettingsRepository implements OnModuleInit {
  private readonly settings: mongo.Collection<StoredSettings>;
  private readonly list: BatchRead<StoredSettings>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    // Whatever the URI says about secondaries: what one has just set must be what one reads.
    this.settings = db.collection('conversation_settings', { readPreference: 'primary' });
    this.list = batchReader(db, this.settings);
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.settings.createIndexes([
      // The pinned and the archived ones of a list; also all of a user, when the account is deleted.
      { key: { user_id: 1, pinned_at: -1 } },
      { key: { user_id: 1, archived: 1 }, partialFilterExpression: { archived: true } },
      // Who of the members does not want to be disturbed.
      { key: { conversation_id: 1, user_id: 1 }, partialFilterExpression: { muted: true } },
      // What others call somebody whose account is deleted.
      { key: { 'nicknames.user_id': 1 }, sparse: true },
    ]);
  }

  async find(userId: number, conversationId: string): Promise<Settings> {
    const key = { _id: keyOf(userId, conversationId) };
    return (await this.settings.findOne(key, MAX_TIME)) ?? NOTHING_SET;
  }

  /** Conversation → settings, of those where something was set. */
  async findAll(userId: number, conversationIds: string[]): Promise<Map<string, Settings>> {
    const keys = conversationIds.map((id) => keyOf(userId, id));
    const found = await this.list({ _id: { $in: keys } }, MAX_TIME);
    return new Map(found.map((each) => [each.conversation_id.toHexString(), each]));
  }

  /** The settings after it. */
  async set(userId: number, conversationId: string, values: Partial<Settings>): Promise<Settings> {
    const update = { $set: { ...values, ...ownerOf(userId, conversationId) } };
    const write = () =>
      this.settings.findOneAndUpdate({ _id: keyOf(userId, conversationId) }, update, {
        ...DURABLE,
        ...MAX_TIME,
        upsert: true,
        returnDocument: 'after',
      });
    // The first of two that are set at once makes the document, the other finds it.
    const written = write().catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
      return write();
    });
    return (await written) ?? NOTHING_SET;
  }

  /** False when there are `limit` of them already. */
  async setNickname(
    userId: number,
    conversationId: string,
    aboutId: number,
    nickname: string,
    limit: number,
  ): Promise<boolean> {
    const _id = keyOf(userId, conversationId);
    const renamed = await this.settings.updateOne(
      { _id, 'nicknames.user_id': aboutId },
      { $set: { 'nicknames.$.nickname': nickname } },
      DURABLE,
    );
    if (renamed.matchedCount === 1) return true;
    await this.set(userId, conversationId, {});
    const room = {
      _id,
      'nicknames.user_id': { $ne: aboutId },
      [`nicknames.${limit - 1}`]: { $exists: false },
    };
    const added = await this.settings.updateOne(
      room,
      { $push: { nicknames: { user_id: aboutId, nickname } } },
      DURABLE,
    );
    return added.matchedCount === 1;
  }

  async removeNickname(userId: number, conversationId: string, aboutId: number): Promise<void> {
    const key = { _id: keyOf(userId, conversationId) };
    await this.settings.updateOne(key, { $pull: { nicknames: { user_id: aboutId } } }, DURABLE);
  }

  /** Conversation → since when it is pinned. */
  async listPinned(userId: number): Promise<Map<string, Date>> {
    const pinned = { user_id: userId, pinned_at: { $gt: new Date(0) } };
    const projection = { conversation_id: 1, pinned_at: 1 };
    const found = await this.list(pinned, { ...MAX_TIME, projection });
    return new Map(
      found.flatMap(({ conversation_id, pinned_at }) =>
        pinned_at ? [[conversation_id.toHexString(), pinned_at] as const] : [],
      ),
    );
  }

  async listArchived(userId: number): Promise<string[]> {
    const archived = { user_id: userId, archived: true };
    const found = await this.list(archived, { ...MAX_TIME, projection: { conversation_id: 1 } });
    return found.map(({ conversation_id }) => conversation_id.toHexString());
  }

  /** Conversation → settings, in the order of the conversations' ids, those behind one of them. */
  async listOwn(
    userId: number,
    after: string | undefined,
    limit: number,
  ): Promise<(readonly [string, Settings])[]> {
    // Keys are text: all that begin with the user's number stand before one with the character behind the colon.
    const own = { $gt: keyOf(userId, after ?? ''), $lt: `${userId};` };
    const found = await this.list({ _id: own }, { ...MAX_TIME, sort: { _id: 1 }, limit });
    return found.map((each) => [each.conversation_id.toHexString(), each]);
  }

  /** Who has muted each of the conversations, with when that ends. One without is not in the answer. */
  async listMuted(conversationIds: readonly string[]): Promise<Map<string, Mute[]>> {
    const muted = {
      conversation_id: { $in: conversationIds.map((id) => new mongo.ObjectId(id)) },
      muted: true,
    };
    const mutes = new Map<string, Mute[]>();
    for (const { conversation_id, user_id: userId, ...settings } of await this.list(muted, MAX_TIME)) {
      const id = conversation_id.toHexString();
      mutes.set(id, [...(mutes.get(id) ?? []), { userId, settings }]);
    }
    return mutes;
  }

  /** What a user has set, and what others call them. */
  async removeAllOf(userId: number): Promise<void> {
    await this.settings.deleteMany({ user_id: userId }, DURABLE);
    await this.settings.updateMany(
      { 'nicknames.user_id': userId },
      { $pull: { nicknames: { user_id: userId } } },
      DURABLE,
    );
  }
}

const ownerOf = (userId: number, conversationId: string) => ({
  user_id: userId,
  conversation_id: new mongo.ObjectId(conversationId),
});
