import { toAppError } from '@app/platform';
import { mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';

const lost = new mongo.MongoNetworkError('connection 10 to 127.0.0.1:27017 closed');

describe('a store', () => {
  it.each([
    ['a connection that breaks', lost],
    // As the driver throws it: as if the store had said it.
    ['one that breaks during a bulk write', new mongo.MongoBulkWriteError(lost, {} as mongo.BulkWriteResult)],
    [
      'a pool that is emptied because the server does not answer its monitor',
      Object.assign(new Error('interrupted'), { name: 'PoolClearedOnNetworkError' }),
    ],
    ['an answer that takes too long', new mongo.MongoServerError({ message: 'too long', code: 50 })],
  ])('is away after %s', (_what, error) => {
    expect(toAppError(error).code).toBe('UNAVAILABLE');
  });

  it('is there when it refuses', () => {
    const refusal = new mongo.MongoServerError({ message: 'E11000 duplicate key', code: 11_000 });
    expect(toAppError(refusal).code).toBe('INTERNAL');
  });
});
