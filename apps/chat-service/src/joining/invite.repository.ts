import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import { mongo, type Connection } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { DURABLE, MAX_TIME } from '../store';
import type { Invite } from './invite';

interface StoredInvite {
  _id: mongo.ObjectId;
  conversation_id: mongo.ObjectId;
  token_hash: string;
  created_by: number;
  created_at: Date;
  expires_at: Date;
  max_uses: number | null;
  uses: number;
  /** Uses that are left; null: there is no limit. */
  left: number | null;
  /** Who has taken one of them. */
  users: number[];
  /** Whether it was not ended before its time. */
  active: boolean;
}

/** What is over is kept for a day. */
const KEPT_SECONDS = 86_400;

/** Invite links. Their tokens are not in here: who reads the store cannot join by them. */
@Injectable()
export class InviteRepository implements OnModuleInit {
  private readonly invites: mongo.Collection<StoredInvite>;

  constructor(@Inject(DATABASE) connection: Connection) {
    const db = connection.getClient().db(connection.name);
    this.invites = db.collection('conversation_invites', { readPreference: 'primary' });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.invites.createIndexes([
      { key: { token_hash: 1 }, unique: true },
      // Those of a conversation by which one can join.
      { key: { conversation_id: 1, active: 1, expires_at: 1 } },
      { key: { expires_at: 1 }, expireAfterSeconds: KEPT_SECONDS },
    ]);
  }

  async insert({ maxUses, ...fresh }: Omit<Invite, 'id' | 'uses'>, tokenHash: string): Promise<Invite> {
    const stored: StoredInvite = {
      _id: new mongo.ObjectId(),
      conversation_id: new mongo.ObjectId(fresh.conversationId),
      token_hash: tokenHash,
      created_by: fresh.createdBy,
      created_at: fresh.createdAt,
      expires_at: fresh.expiresAt,
      max_uses: maxUses,
      uses: 0,
      left: maxUses,
      users: [],
      active: true,
    };
    await this.invites.insertOne(stored, DURABLE);
    return toInvite(stored);
  }

  async remove({ id }: Invite): Promise<void> {
    await this.invites.deleteOne({ _id: new mongo.ObjectId(id) }, DURABLE);
  }

  countLive(conversationId: string, at: Date): Promise<number> {
    return this.invites.countDocuments(liveIn(conversationId, at), MAX_TIME);
  }

  /** Newest first. */
  async listLive(conversationId: string, at: Date): Promise<Invite[]> {
    const live = this.invites.find(liveIn(conversationId, at), MAX_TIME).sort({ _id: -1 });
    return (await live.toArray()).map(toInvite);
  }

  /** False when the conversation has no such link. */
  async revoke(conversationId: string, inviteId: string): Promise<boolean> {
    const invite = {
      _id: new mongo.ObjectId(inviteId),
      conversation_id: new mongo.ObjectId(conversationId),
    };
    const revoked = this.invites.updateOne(invite, { $set: { active: false } }, DURABLE);
    return (await revoked).matchedCount === 1;
  }

  /** The link of this token, unless it has ended or expired; used up it may be. */
  async findOpen(tokenHash: string, at: Date): Promise<Invite | undefined> {
    const open = { token_hash: tokenHash, active: true, expires_at: { $gt: at } };
    const found = await this.invites.findOne(open, MAX_TIME);
    return found ? toInvite(found) : undefined;
  }

  /**
   * Takes one use for the user; false when none is left. It stays theirs: who comes twice at once, or was interrupted
   * before they were in, needs no other one.
   */
  async take({ id, maxUses }: Invite, userId: number, at: Date): Promise<boolean> {
    if (maxUses === null) return true;
    const open = { _id: new mongo.ObjectId(id), active: true, expires_at: { $gt: at } };
    const free = { ...open, left: { $gt: 0 }, users: { $ne: userId } };
    const use = { $inc: { uses: 1, left: -1 }, $push: { users: userId } };
    const taken = await this.invites.updateOne(free, use, DURABLE);
    if (taken.matchedCount === 1) return true;
    return (await this.invites.findOne({ ...open, users: userId }, MAX_TIME)) !== null;
  }

  /** Somebody has joined by a link that anybody may use: only for those who look how often it was. */
  async note({ id, maxUses }: Invite): Promise<void> {
    if (maxUses !== null) return;
    await this.invites.updateOne({ _id: new mongo.ObjectId(id) }, { $inc: { uses: 1 } });
  }
}

const liveIn = (conversationId: string, at: Date): mongo.Filter<StoredInvite> => ({
  conversation_id: new mongo.ObjectId(conversationId),
  active: true,
  expires_at: { $gt: at },
  left: { $ne: 0 },
});

const toInvite = (stored: StoredInvite): Invite => ({
  id: stored._id.toHexString(),
  conversationId: stored.conversation_id.toHexString(),
  createdBy: stored.created_by,
  createdAt: stored.created_at,
  expiresAt: stored.expires_at,
  maxUses: stored.max_uses,
  uses: stored.uses,
});
