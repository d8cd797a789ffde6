import { isGuarded } from '@app/platform';
import { mongo } from 'mongoose';

/** What is answered must survive the death of the store's process. */
export const DURABLE = {
  writeConcern: isGuarded('journal') ? ({ w: 'majority', j: true } as const) : ({ w: 1, j: false } as const),
};
/** No question waits for ever. */
export const MAX_TIME = { maxTimeMS: 3_000 } as const;

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === 11_000;
