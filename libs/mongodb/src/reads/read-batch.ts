import { mongo } from 'mongoose';
import { decode } from './decode';

/** What a question says beside its filter. */
export interface BatchOptions {
  /** Left out: all there are. */
  limit?: number;
  sort?: Record<string, 1 | -1>;
  projection?: mongo.Document;
  /** The name of the index. */
  hint?: string;
  /** Then the store gives up: MongoServerError, code 50. */
  maxTimeMS: number;
}

/** What matches, as `find(…).toArray()` has it, and its errors. `R`: what the projection leaves of a document. */
export type BatchRead<T> = <R = mongo.WithId<T>>(
  filter: mongo.Filter<T>,
  options: BatchOptions,
) => Promise<R[]>;

/** More documents than one answer has room for (16 MiB). */
const ALL = 1_000_000;

/**
 * How a collection is read where it is read most: one command, without a cursor of the driver, and a decoder of our own.
 * It costs the process much less (docs/adr/0029-batch-reads.md). Asked once: whoever asks may ask again.
 */
export function batchReader<T extends mongo.Document>(
  db: mongo.Db,
  collection: mongo.Collection<T>,
): BatchRead<T> {
  const { collectionName, readConcern, readPreference } = collection;
  // The driver leaves what stands within the answer as it came.
  const asBytes = { raw: true, ...(readPreference && { readPreference }) };
  const level = readConcern && { readConcern: readConcern.toJSON() };
  return async <R>(filter: mongo.Filter<T>, options: BatchOptions): Promise<R[]> => {
    const batchSize = options.limit ?? ALL;
    const answer = await db.command(
      { find: collectionName, filter, ...options, ...level, batchSize },
      asBytes,
    );
    const { firstBatch, id } = decode(answer['cursor'] as Buffer) as unknown as Batch<R>;
    if (id === 0) return firstBatch;
    // They do not fit into one answer, which is rare: once more, by the way that asks for the rest.
    await db.command({ killCursors: collectionName, cursors: [mongo.Long.fromValue(id)] });
    return collection.find(filter, options).toArray() as unknown as Promise<R[]>;
  };
}

interface Batch<R> {
  firstBatch: R[];
  /** 0: there is nothing behind it. */
  id: number | mongo.Long;
}
