import { unavailable } from '@app/contracts';
import { mongo } from 'mongoose';

/** What is answered must survive the death of the store's process. */
export const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;
/** No question waits for ever. */
export const MAX_TIME = { maxTimeMS: 3_000 } as const;

const TOOK_TOO_LONG = 50;

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === 11_000;

/** A store that does not answer is said to be so, and may be asked again; what it refuses is a fault of ours. */
export const within = <T>(what: string, work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw isRefusal(error) ? error : Object.assign(unavailable(what), { cause: error });
  });

const isRefusal = (error: unknown) =>
  error instanceof mongo.MongoServerError &&
  error.code !== TOOK_TOO_LONG &&
  !error.hasErrorLabel('RetryableWriteError');
