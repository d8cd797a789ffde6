import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, trusted, type Connection, type Model } from 'mongoose';
import { beginningsOf, listKeyOf, wordsOf } from '../channels/name-words';
import type { ConversationType, RequestStatus } from '@app/contracts';
import { batchReader, type BatchRead, DATABASE } from '@app/mongodb';
import { conversationSchema, type BeginningEntry, type StoredConversation } from './conversation.schema';
import type { ConversationState } from './state/conversation-state';
import { DURABLE, isDuplicateKey, MAX_TIME } from '../store';

/** Where a conversation stands, as far as was noted. */
export type Activity = Pick<StoredConversation, 'last_activity_at' | 'last_ev' | 'last_seq' | 'last_told'> & {
  id: string;
};

/** What is to be noted: a change that is no message moves only the number of the last change. */
export type Progress = Pick<Activity, 'id' | 'last_ev'> & Partial<Activity>;

/** A conversation that has changed, as far as was noted. */
export interface RecentChange {
  id: string;
  ev: number;
  at: Date;
}

export interface NewConversation {
  state: ConversationState;
  pair: string | undefined;
  outbox: BeginningEntry[];
}

@Injectable()
export class ConversationRepository implements OnModuleInit {
  private readonly model: Model<StoredConversation>;
  private readonly conversations: mongo.Collection<StoredConversation>;
  private readonly list: BatchRead<StoredConversation>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.model = connection.model<StoredConversation>('Conversation', conversationSchema);
    this.conversations = this.model.collection as unknown as mongo.Collection<StoredConversation>;
    this.list = batchReader(connection.getClient().db(connection.name), this.conversations);
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  newId(): string {
    return new mongo.ObjectId().toHexString();
  }

  /** The stored conversation; for a private pair that has one already, that one and `created: false`. */
  async create({
    state,
    pair,
    outbox,
  }: NewConversation): Promise<{ conversation: StoredConversation; created: boolean }> {
    try {
      const stored = await this.model.create({
        _id: state.id,
        ...fieldsOf(state),
        ...(pair !== undefined && { pair }),
        ...(outbox.length > 0 && { outbox }),
        last_activity_at: state.createdAt,
        created_at: state.createdAt,
      });
      return { conversation: stored.toObject(), created: true };
    } catch (error) {
      const existing = pair !== undefined && isDuplicateKey(error) ? await this.findByPair(pair) : null;
      if (!existing) throw error;
      return { conversation: existing, created: false };
    }
  }

  findById(id: string): Promise<StoredConversation | null> {
    return this.model.findById(id).lean<StoredConversation>().exec();
  }

  /** In the order of their ids. */
  listByIds(ids: readonly string[]): Promise<StoredConversation[]> {
    return this.model
      .find({ _id: trusted({ $in: [...ids] }) })
      .sort({ _id: 1 })
      .lean<StoredConversation[]>()
      .exec();
  }

  findByPair(pair: string): Promise<StoredConversation | null> {
    return this.model.findOne({ pair }).lean<StoredConversation>().exec();
  }

  /** Those of them that are of this type and in this state. */
  async listIdsAmong(
    ids: readonly string[],
    wanted: { type?: ConversationType; status?: RequestStatus },
  ): Promise<string[]> {
    const { type, status } = wanted;
    const found = await this.list(
      {
        _id: { $in: ids.map((id) => new mongo.ObjectId(id)) },
        ...(type !== undefined && { type }),
        ...(status !== undefined && { status }),
      },
      { ...MAX_TIME, projection: { _id: 1 } },
    );
    return found.map(({ _id }) => _id.toHexString());
  }

  /** Answered from an index: two thousand cost a few milliseconds. */
  async activityOf(ids: readonly string[]): Promise<Activity[]> {
    if (ids.length === 0) return [];
    const found = await this.list(
      { _id: { $in: ids.map((id) => new mongo.ObjectId(id)) } },
      {
        ...MAX_TIME,
        hint: '_id_1_last_activity_at_-1_last_seq_1_last_told_1_last_ev_1',
        projection: { last_activity_at: 1, last_ev: 1, last_seq: 1, last_told: 1 },
      },
    );
    return found.map(({ _id, last_activity_at, last_ev, last_seq, last_told }) => ({
      id: _id.toHexString(),
      last_activity_at,
      last_ev,
      last_seq,
      last_told,
    }));
  }

  /** Not awaited by any send: lists may lag a moment behind. */
  async touch(progress: Progress[]): Promise<void> {
    const updates = progress.map(({ id, ...values }) => ({
      updateOne: {
        filter: { _id: new mongo.ObjectId(id) },
        // The store's clock: those who ask what is new since then need not agree with the writers about the time.
        update: { $max: values, $currentDate: { changed_at: true as const } },
      },
    }));
    await this.conversations.bulkWrite(updates, { ordered: false, writeConcern: { w: 1 } });
  }

  /** Whose changes were noted after a moment, the oldest first; answered from an index. */
  async listChangedAfter(moment: Date, limit: number): Promise<RecentChange[]> {
    const found = await this.list(
      { changed_at: { $gt: moment } },
      {
        ...MAX_TIME,
        hint: 'changed_at_1__id_1_last_ev_1',
        projection: { _id: 1, changed_at: 1, last_ev: 1 },
        sort: { changed_at: 1 },
        limit,
      },
    );
    return found.map(({ _id, last_ev, changed_at = moment }) => ({
      id: _id.toHexString(),
      ev: last_ev,
      at: changed_at,
    }));
  }

  /** The members of each, and as of which of its changes. */
  async membersOf(ids: readonly string[]): Promise<Map<string, { participants: number[]; ev: number }>> {
    const found = await this.list(
      { _id: { $in: ids.map((id) => new mongo.ObjectId(id)) } },
      { ...MAX_TIME, projection: { participants: 1, state_ev: 1 } },
    );
    return new Map(
      found.map(({ _id, participants, state_ev }) => [_id.toHexString(), { participants, ev: state_ev }]),
    );
  }

  /** Listed channels, by name, behind `after`; with words that have these beginnings, if there are any. */
  listChannels(beginnings: readonly string[], after: string, limit: number): Promise<StoredConversation[]> {
    // Behind '' stands every channel that is listed, and nothing else.
    const words = beginnings.length > 0 && { list_words: { $all: [...beginnings] } };
    return this.list({ list_key: { $gt: after }, ...words }, { ...MAX_TIME, sort: { list_key: 1 }, limit });
  }

  /** Conversations of whose beginning something is to be told since longer than this, the oldest first. */
  listUntold(olderThanMs: number, limit: number, from = new Date(0)): Promise<StoredConversation[]> {
    const at = { $gte: from, $lt: new Date(Date.now() - olderThanMs) };
    // In the order of the index, without a sort that would read them all.
    return this.list({ 'outbox.at': { $gte: from }, outbox: { $elemMatch: { at } } }, { ...MAX_TIME, limit });
  }

  /** It has been told. */
  async removeEntries(conversationIds: readonly string[], entryIds: readonly string[]): Promise<void> {
    const ids = conversationIds.map((id) => new mongo.ObjectId(id));
    await this.conversations.updateMany(
      { _id: { $in: ids } },
      { $pull: { outbox: { id: { $in: [...entryIds] } } } },
      { writeConcern: { w: 1 }, ...MAX_TIME },
    );
  }

  /** Those that are deleted and whose files nobody has looked at since. */
  async listDeletedWithFiles(limit: number): Promise<string[]> {
    const waiting = { is_deleted: true, files_looked_at: { $exists: false } };
    const options = { ...MAX_TIME, projection: { _id: 1 } };
    const found = await this.list(waiting, { ...options, limit });
    return found.map(({ _id }) => _id.toHexString());
  }

  async noteFilesLookedAt(id: string): Promise<void> {
    const noted = { $set: { files_looked_at: new Date() } };
    await this.conversations.updateOne({ _id: new mongo.ObjectId(id) }, noted, DURABLE);
  }

  /** Brings the document up to this state; one that is as new or newer stays. */
  async project(state: ConversationState): Promise<void> {
    await this.conversations.updateOne(
      { _id: new mongo.ObjectId(state.id), state_ev: { $lt: state.ev } },
      { $set: fieldsOf(state) },
      { writeConcern: { w: 'majority', j: true } },
    );
  }
}

export function fieldsOf(state: ConversationState) {
  return {
    type: state.type,
    name: state.name,
    avatar: state.avatar,
    description: state.description,
    participants: [...state.participants],
    admin_id: state.adminId,
    moderator_ids: [...state.moderatorIds],
    status: state.status,
    initiator_id: state.initiatorId,
    disappear_after: state.disappearAfter,
    is_deleted: state.isDeleted,
    code_ev: state.codeEv,
    ...(state.type === 'channel' && listingOf(state)),
    state_ev: state.ev,
    updated_at: state.updatedAt,
  };
}

/** Where everybody finds the channel, until it is deleted. */
const listingOf = ({ id, name, isDeleted }: ConversationState) => ({
  list_key: isDeleted ? null : listKeyOf(name ?? '', id),
  list_words: isDeleted ? [] : beginningsOf(wordsOf(name ?? '')),
});

export function toState(stored: StoredConversation): ConversationState {
  return {
    id: stored._id.toHexString(),
    type: stored.type,
    name: stored.name,
    avatar: stored.avatar,
    description: stored.description,
    participants: stored.participants,
    adminId: stored.admin_id,
    moderatorIds: stored.moderator_ids,
    status: stored.status,
    initiatorId: stored.initiator_id,
    disappearAfter: stored.disappear_after,
    isDeleted: stored.is_deleted,
    codeEv: stored.code_ev,
    createdAt: stored.created_at,
    updatedAt: stored.updated_at,
    ev: stored.state_ev,
  };
}
