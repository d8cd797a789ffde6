import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FilePurpose } from '@app/contracts';
import { Patient } from '@app/platform';
import type { Connection, mongo } from 'mongoose';
import { DATABASE } from '@app/mongodb';
import { DURABLE, MAX_TIME } from '../store';

export interface StoredFile {
  /** 24 hex digits that nobody can guess: who has an avatar's sees it. */
  _id: string;
  owner_id: number;
  purpose: FilePurpose;
  name: string;
  mime: string;
  size: number;
  /** Of an image. */
  image?: { width: number; height: number; thumbnail_size: number };
  /** The upload into the bucket that it has come of. */
  upload_id?: string;
  created_at: Date;
  /** When it is to be seen whether anything still uses it; absent: something does. */
  check_at?: Date;
  /** Somebody is about to use it; until then it stays. */
  held_until?: Date;
  /** It does not exist any more; its bytes are being removed. */
  removed_at?: Date;
}

const LIVING = { removed_at: { $exists: false } } as const;

@Injectable()
export class FileRepository implements OnModuleInit {
  private readonly files: mongo.Collection<StoredFile>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.files = connection
      .getClient()
      .db(connection.name)
      .collection('files', { readPreference: 'primary' });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.files.createIndexes([
      // All of a user's: find({ owner_id, _id: { $gt } }).sort({ _id: 1 }).
      { key: { owner_id: 1, _id: 1 } },
      // What has come of an upload into the bucket, one file at most: find({ upload_id }).
      {
        key: { upload_id: 1 },
        unique: true,
        partialFilterExpression: { upload_id: { $exists: true } },
      },
      // Those to be looked at: find({ check_at: { $lte } }).sort({ check_at: 1 }).
      { key: { check_at: 1 }, partialFilterExpression: { check_at: { $exists: true } } },
      // Removals that are not finished: find({ removed_at: { $lte } }).
      { key: { removed_at: 1 }, partialFilterExpression: { removed_at: { $exists: true } } },
    ]);
  }

  async add(files: StoredFile[]): Promise<void> {
    await this.files.insertMany(files, { ...DURABLE, ordered: true });
  }

  find(id: string): Promise<StoredFile | null> {
    return this.files.findOne({ _id: id, ...LIVING }, MAX_TIME);
  }

  findByUpload(uploadId: string): Promise<StoredFile | null> {
    return this.files.findOne({ upload_id: uploadId, ...LIVING }, MAX_TIME);
  }

  /** Also what is being removed. */
  async exists(id: string): Promise<boolean> {
    return (await this.files.countDocuments({ _id: id }, { limit: 1, ...MAX_TIME })) === 1;
  }

  /** Keeps those that are there until then, whatever uses them, and tells which they are. */
  async hold(ids: readonly string[], until: Date): Promise<StoredFile[]> {
    const living = { _id: { $in: [...ids] }, ...LIVING };
    // A file that nothing has used so far is looked at again when it may have been.
    await this.files.updateMany(living, { $max: { held_until: until } }, DURABLE);
    return this.files.find(living, MAX_TIME).toArray();
  }

  /** Behind one of them, in the order of their ids. */
  listOf(ownerId: number, after: string | undefined, limit: number): Promise<StoredFile[]> {
    const behind = after !== undefined && { _id: { $gt: after } };
    return this.files
      .find({ owner_id: ownerId, ...LIVING, ...behind }, MAX_TIME)
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  }

  async checkAt(ids: readonly string[], at: Date): Promise<void> {
    await this.files.updateMany({ _id: { $in: [...ids] } }, { $set: { check_at: at } }, DURABLE);
  }

  /** Its owner has no account any more: what nobody else uses goes, avatars as well. */
  async abandonAllOf(ownerId: number): Promise<void> {
    const change = { $set: { check_at: new Date(), purpose: 'attachment' as const } };
    await this.files.updateMany({ owner_id: ownerId }, change, DURABLE);
  }

  listToCheck(limit: number): Promise<StoredFile[]> {
    const now = new Date();
    const held = { $or: [{ held_until: { $exists: false } }, { held_until: { $lte: now } }] };
    return this.files
      .find({ check_at: { $lte: now }, ...LIVING, ...held }, MAX_TIME)
      .sort({ check_at: 1 })
      .limit(limit)
      .toArray();
  }

  /** Something uses it: unless somebody has asked meanwhile, it need not be looked at again. */
  async settle({ _id, check_at }: StoredFile): Promise<void> {
    await this.files.updateOne({ _id, check_at }, { $unset: { check_at: '', held_until: '' } }, DURABLE);
  }

  /** From now on it does not exist. False when somebody is about to use it after all, or it was removed already. */
  async removeUnused({ _id, check_at, held_until }: StoredFile): Promise<boolean> {
    const unchanged = { _id, check_at, held_until: held_until ?? { $exists: false }, ...LIVING };
    return (await this.files.updateOne(unchanged, REMOVED(), DURABLE)).modifiedCount === 1;
  }

  async remove(id: string): Promise<boolean> {
    return (await this.files.updateOne({ _id: id, ...LIVING }, REMOVED(), DURABLE)).modifiedCount === 1;
  }

  listRemovedBefore(at: Date, limit: number): Promise<StoredFile[]> {
    return this.files
      .find({ removed_at: { $lte: at } }, MAX_TIME)
      .limit(limit)
      .toArray();
  }

  /** Its bytes are gone. */
  async forget(id: string): Promise<void> {
    await this.files.deleteOne({ _id: id }, DURABLE);
  }
}

const REMOVED = () => ({ $set: { removed_at: new Date() }, $unset: { check_at: '' as const } });
