import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Patient } from '@app/platform';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { DURABLE, isDuplicateKey, MAX_TIME } from '../store';

export interface Usage {
  bytes: number;
  count: number;
}

/** Room that was taken for a file. */
export interface Share {
  id: string;
  bytes: number;
}

interface StoredUsage extends Usage {
  /** The user's id. */
  _id: number;
  /** Shares whose files are not stored yet. */
  open: (Share & { at: Date })[];
  /** Files whose share was given back, and which are about to be forgotten. */
  freed: string[];
}

/** How much of their room users have taken. What is counted and what it is counted for are never apart for long. */
@Injectable()
export class UsageRepository implements OnModuleInit {
  private readonly usage: mongo.Collection<StoredUsage>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.usage = connection
      .getClient()
      .db(connection.name)
      .collection('file_usage', { readPreference: 'primary' });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    // Shares whose upload came to no end: find({ 'open.at': { $lt } }).
    await this.usage.createIndexes([
      { key: { 'open.at': 1 }, partialFilterExpression: { 'open.at': { $exists: true } } },
    ]);
  }

  async of(userId: number): Promise<Usage> {
    const found = await this.usage.findOne({ _id: userId }, MAX_TIME);
    return { bytes: found?.bytes ?? 0, count: found?.count ?? 0 };
  }

  /**
   * Takes room for all of them in one step, however many ask at once. False: there is not enough. `at`: from when on an upload
   * may have died.
   */
  async take(userId: number, shares: readonly Share[], most: Usage, at = new Date()): Promise<boolean> {
    const bytes = shares.reduce((sum, share) => sum + share.bytes, 0);
    if (bytes > most.bytes || shares.length > most.count) return false;
    const room = {
      _id: userId,
      bytes: { $lte: most.bytes - bytes },
      count: { $lte: most.count - shares.length },
    };
    const change = {
      $inc: { bytes, count: shares.length },
      $push: { open: { $each: shares.map((share) => ({ ...share, at })) } },
    };
    try {
      await this.usage.updateOne(room, change, { upsert: true, ...DURABLE });
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // There is a count: it is full, or somebody else has begun it a moment ago.
      return (await this.usage.updateOne(room, change, DURABLE)).modifiedCount === 1;
    }
  }

  /**
   * The room of one open share becomes that of another, which may be larger: once, whoever asks for it. `full`: there is not
   * as much; `none`: it was passed on or given back already.
   */
  async pass(userId: number, from: string, to: Share, most: Usage): Promise<'passed' | 'full' | 'none'> {
    const found = await this.usage.findOne({ _id: userId, 'open.id': from }, MAX_TIME);
    const share = found?.open.find(({ id }) => id === from);
    if (!share) return 'none';
    const more = to.bytes - share.bytes;
    const { modifiedCount } = await this.usage.updateOne(
      { _id: userId, 'open.id': from, ...(more > 0 && { bytes: { $lte: most.bytes - more } }) },
      { $inc: { bytes: more }, $set: { 'open.$': { ...to, at: new Date() } } },
      DURABLE,
    );
    if (modifiedCount === 1) return 'passed';
    const isThere = await this.usage.countDocuments({ _id: userId, 'open.id': from }, MAX_TIME);
    return isThere === 1 ? 'full' : 'none';
  }

  /** Their files are stored. */
  async settle(userId: number, ids: readonly string[]): Promise<void> {
    await this.usage.updateOne({ _id: userId }, { $pull: { open: { id: { $in: [...ids] } } } }, DURABLE);
  }

  /** Its file will not be stored. Giving it back twice gives it back once. */
  async giveBack(userId: number, { id, bytes }: Share): Promise<void> {
    await this.usage.updateOne(
      { _id: userId, 'open.id': id },
      { $inc: { bytes: -bytes, count: -1 }, $pull: { open: { id } } },
      DURABLE,
    );
  }

  /** Its file is being removed; the same. Until it is `forgotten`, it is remembered that this was done. */
  async free(userId: number, { id, bytes }: Share): Promise<void> {
    await this.usage.updateOne(
      { _id: userId, freed: { $ne: id } },
      { $inc: { bytes: -bytes, count: -1 }, $push: { freed: id }, $pull: { open: { id } } },
      DURABLE,
    );
  }

  async forgotten(userId: number, id: string): Promise<void> {
    await this.usage.updateOne({ _id: userId }, { $pull: { freed: id } }, DURABLE);
  }

  /** Shares that were taken before that and never settled. */
  async listOpenSince(before: Date, limit: number): Promise<(Share & { userId: number })[]> {
    const found = await this.usage
      .find({ 'open.at': { $lt: before } }, MAX_TIME)
      .limit(limit)
      .toArray();
    return found.flatMap(({ _id, open }) =>
      open.filter(({ at }) => at < before).map(({ id, bytes }) => ({ userId: _id, id, bytes })),
    );
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.usage.deleteOne({ _id: userId }, DURABLE);
  }
}
