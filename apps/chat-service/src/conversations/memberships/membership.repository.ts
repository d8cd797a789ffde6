import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { batchReader, type BatchRead, DATABASE } from '@app/mongodb';
import type { Membership, StoredMembership } from './membership';
import { DURABLE, MAX_TIME } from '../../store';

/** A change of the conversation by which people came or went. */
export interface Move {
  conversationId: string;
  ev: number;
  seq: number;
  at: Date;
}

/** Ids behind one and up to another. */
export interface IdRange {
  after?: string;
  through?: string;
}

@Injectable()
export class MembershipRepository implements OnModuleInit {
  private readonly memberships: mongo.Collection<StoredMembership>;
  private readonly list: BatchRead<StoredMembership>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    this.memberships = db.collection('memberships', { readPreference: 'primary' });
    this.list = batchReader(db, this.memberships);
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.memberships.createIndexes([
      // One per member; who is in a conversation: find({ conversation_id, user_id: { $in } })
      { key: { conversation_id: 1, user_id: 1 }, unique: true },
      // The conversations of a user, from the index alone: find({ user_id, active }, { conversation_id })
      { key: { user_id: 1, active: 1, conversation_id: 1 } },
      // What a user has deleted for themself: find({ user_id, cleared_seq: { $gte: 0 } })
      { key: { user_id: 1, cleared_seq: 1 }, partialFilterExpression: { cleared_seq: { $gte: 0 } } },
    ]);
  }

  /** The members of a conversation that is about to be created. */
  async begin(conversationId: string, userIds: readonly number[], at: Date): Promise<void> {
    const conversation_id = new mongo.ObjectId(conversationId);
    const members = userIds.map((user_id) => ({
      conversation_id,
      user_id,
      active: true,
      joined_at: at,
      joined_seq: 0,
      ev: 0,
    }));
    await this.memberships.insertMany(members, DURABLE);
  }

  /** Takes back what was begun for a conversation that was not created after all. */
  async discard(conversationId: string): Promise<void> {
    await this.memberships.deleteMany({ conversation_id: new mongo.ObjectId(conversationId) });
  }

  join(move: Move, userIds: readonly number[]): Promise<void> {
    const { at, seq } = move;
    return this.write(move, userIds, {
      $set: { active: true, joined_at: at, joined_seq: seq, ev: move.ev },
      $unset: { left_at: '' },
    });
  }

  leave(move: Move, userIds: readonly number[]): Promise<void> {
    const { at, seq } = move;
    // Whoever is found to have left before the joining was noted has a document all the same: the earlier change meets it.
    return this.write(move, userIds, {
      $set: { active: false, left_at: at, ev: move.ev },
      $setOnInsert: { joined_at: at, joined_seq: seq },
    });
  }

  /** The conversation is over. */
  async endAll({ conversationId, ev, at }: Move): Promise<void> {
    await this.memberships.updateMany(
      { conversation_id: new mongo.ObjectId(conversationId), ev: { $lt: ev }, active: true },
      { $set: { active: false, left_at: at, ev } },
      DURABLE,
    );
  }

  /** Those that the user is in, of a range of ids or of these. */
  async listIdsWithin(userId: number, within: IdRange | readonly string[]): Promise<string[]> {
    const found = await this.list(
      { user_id: userId, active: true, conversation_id: conditionOf(within) },
      { ...MAX_TIME, projection: { _id: 0, conversation_id: 1 } },
    );
    return found.map(({ conversation_id }) => conversation_id.toHexString());
  }

  /** The conversations that the user is in, or `ever` was. */
  async listIdsOf(userId: number, ever: boolean): Promise<string[]> {
    const found = await this.list(
      { user_id: userId, active: ever ? { $in: [true, false] } : true },
      { ...MAX_TIME, projection: { _id: 0, conversation_id: 1 } },
    );
    return found.map(({ conversation_id }) => conversation_id.toHexString());
  }

  /** False when that much was deleted already, or by this command. */
  async clear(conversationId: string, userId: number, seq: number, clientId?: string): Promise<boolean> {
    const less = {
      conversation_id: new mongo.ObjectId(conversationId),
      user_id: userId,
      cleared_seq: { $not: { $gte: seq } },
      ...(clientId !== undefined && { cleared_by: { $ne: clientId } }),
    };
    const cleared = { cleared_seq: seq, ...(clientId !== undefined && { cleared_by: clientId }) };
    const { modifiedCount } = await this.memberships.updateOne(less, { $set: cleared }, DURABLE);
    return modifiedCount === 1;
  }

  /** Conversation → how far the user has deleted it. */
  async listCleared(userId: number): Promise<Map<string, number>> {
    const found = await this.list({ user_id: userId, cleared_seq: { $gte: 0 } }, MAX_TIME);
    return new Map(
      found.map(({ conversation_id, cleared_seq = 0 }) => [conversation_id.toHexString(), cleared_seq]),
    );
  }

  /** Those of the users who are in as many conversations as `limit`, or more. */
  async listFull(userIds: readonly number[], limit: number): Promise<number[]> {
    const counts = this.memberships.aggregate<{ _id: number }>(
      [
        { $match: { user_id: { $in: [...userIds] }, active: true } },
        { $group: { _id: '$user_id', count: { $sum: 1 } } },
        { $match: { count: { $gte: limit } } },
        { $sort: { _id: 1 } },
      ],
      MAX_TIME,
    );
    return (await counts.toArray()).map(({ _id }) => _id);
  }

  countOf(userId: number): Promise<number> {
    return this.memberships.countDocuments({ user_id: userId, active: true }, MAX_TIME);
  }

  /** Of members of one conversation, in the order of their ids. */
  async listIn(conversationId: string, userIds: readonly number[]): Promise<Membership[]> {
    const where = { conversation_id: new mongo.ObjectId(conversationId), user_id: { $in: [...userIds] } };
    return (await this.list(where, { ...MAX_TIME, sort: { user_id: 1 } })).map(toMembership);
  }

  async listOfUsers(userIds: readonly number[]): Promise<Membership[]> {
    const where = { user_id: { $in: [...userIds] }, active: true };
    return (await this.list(where, MAX_TIME)).map(toMembership);
  }

  /** Of one user, in these conversations. */
  async listOf(userId: number, conversationIds: readonly string[]): Promise<Membership[]> {
    const ids = conversationIds.map((id) => new mongo.ObjectId(id));
    const where = { user_id: userId, active: true, conversation_id: { $in: ids } };
    return (await this.list(where, MAX_TIME)).map(toMembership);
  }

  private async write(
    { conversationId, ev }: Move,
    userIds: readonly number[],
    update: mongo.UpdateFilter<StoredMembership>,
  ): Promise<void> {
    if (userIds.length === 0) return;
    const conversation_id = new mongo.ObjectId(conversationId);
    const updates = userIds.map((user_id) => ({
      updateOne: { filter: { conversation_id, user_id, ev: { $lt: ev } }, update, upsert: true },
    }));
    try {
      await this.memberships.bulkWrite(updates, { ordered: false, ...DURABLE });
    } catch (error) {
      // There is a newer one: the upsert that finds nothing older collides with it.
      if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
      if ([error.writeErrors].flat().some(({ code }) => code !== 11_000)) throw error;
    }
  }
}

const toMembership = (stored: StoredMembership): Membership => ({
  conversationId: stored.conversation_id.toHexString(),
  userId: stored.user_id,
  joinedAt: stored.joined_at,
  joinedSeq: stored.joined_seq,
  clearedSeq: stored.cleared_seq ?? 0,
});

const toId = (id: string) => new mongo.ObjectId(id);

const conditionOf = (within: IdRange | readonly string[]): mongo.Condition<mongo.ObjectId> =>
  'length' in within
    ? { $in: within.map(toId) }
    : { $gt: toId(within.after ?? '0'.repeat(24)), $lte: toId(within.through ?? 'f'.repeat(24)) };
