import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FilePurpose } from '@app/contracts';
import { DATABASE } from '@app/mongodb';
import { Patient } from '@app/platform';
import type { Connection, mongo } from 'mongoose';
import { freePlaceAmong } from '../limits/free-place';
import { DURABLE, isDuplicateKey, MAX_TIME } from '../store';

/** An address at which somebody may put one file, to be taken in from there. */
export interface PresignedUpload {
  /** 24 hex digits that nobody can guess. */
  _id: string;
  owner_id: number;
  purpose: FilePurpose;
  name: string;
  /** Bytes that were announced. */
  size: number;
  /** From then on nothing can come in there any more, and nobody is at work with what has. */
  over_at: Date;
  /** It has come to its end, and stays until nothing can be put there any more. */
  ended_at?: Date;
}

interface StoredUpload extends PresignedUpload {
  /** Of as many as its owner may have at a time. */
  place?: number;
}

@Injectable()
export class PresignedUploadRepository implements OnModuleInit {
  private readonly uploads: mongo.Collection<StoredUpload>;

  constructor(@Inject(DATABASE) connection: Connection) {
    this.uploads = connection
      .getClient()
      .db(connection.name)
      .collection('presigned_uploads', { readPreference: 'primary' });
  }

  @Patient()
  async onModuleInit(): Promise<void> {
    await this.uploads.createIndexes([
      // A user has as many as there are places: find({ owner_id }).
      { key: { owner_id: 1, place: 1 }, unique: true, partialFilterExpression: { place: { $exists: true } } },
      // Those that are over: find({ over_at: { $lte } }).
      { key: { over_at: 1 } },
    ]);
  }

  /** Undefined, or, when all `most` places are taken, the moment at which the first of them is free again. */
  async add(fresh: PresignedUpload, most: number): Promise<Date | undefined> {
    const projection = { _id: 0, place: 1, over_at: 1 };
    for (;;) {
      const taken = await this.uploads
        .find({ owner_id: fresh.owner_id, place: { $exists: true } }, { ...MAX_TIME, projection })
        .toArray();
      const place = freePlaceAmong(taken, most);
      if (place === undefined) return new Date(Math.min(...taken.map(({ over_at }) => over_at.getTime())));
      try {
        await this.uploads.insertOne({ ...fresh, place }, DURABLE);
        return undefined;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  /** One that has not ended. */
  findOf(ownerId: number, id: string): Promise<PresignedUpload | null> {
    return this.uploads.findOne({ _id: id, owner_id: ownerId, ended_at: { $exists: false } }, MAX_TIME);
  }

  async end(id: string): Promise<void> {
    await this.uploads.updateOne({ _id: id }, { $set: { ended_at: new Date() } }, DURABLE);
  }

  listOver(limit: number): Promise<PresignedUpload[]> {
    return this.uploads
      .find({ over_at: { $lte: new Date() } }, MAX_TIME)
      .limit(limit)
      .toArray();
  }

  async forget(id: string): Promise<void> {
    await this.uploads.deleteOne({ _id: id }, DURABLE);
  }

  /** Their owner has no account any more: what is left is an address, which is nobody's. */
  async abandonAllOf(ownerId: number): Promise<void> {
    const change = { $set: { owner_id: 0, name: '', ended_at: new Date() }, $unset: { place: '' as const } };
    await this.uploads.updateMany({ owner_id: ownerId }, change, DURABLE);
  }
}
