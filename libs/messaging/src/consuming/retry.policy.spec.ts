import { AppError } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { PoisonError } from '../envelope';
import { afterFailure } from './retry.policy';

const delays = [1_000, 5_000, 30_000];
const retry = (delayMs: number) => ({ kind: 'retry', delayMs });
const dead = { kind: 'dead' };
const notConnected = Object.assign(new Error('connect ECONNREFUSED'), { name: 'MongoServerSelectionError' });

describe('afterFailure', () => {
  it.each([
    ['an unforeseen error waits for the first pause', new Error('boom'), 1, retry(1_000)],
    ['then the second', new Error('boom'), 2, retry(5_000)],
    ['then the third', new Error('boom'), 3, retry(30_000)],
    ['and is dead after the last', new Error('boom'), 4, dead],
    ['a thrown non-error counts as unforeseen', 'boom', 4, dead],
    ['INTERNAL counts as unforeseen', new AppError('INTERNAL', 'x'), 1, retry(1_000)],
    ['a dependency that is away climbs too', new AppError('UNAVAILABLE', 'x'), 2, retry(5_000)],
    ['and repeats the last pause', new AppError('UNAVAILABLE', 'x'), 40, retry(30_000)],
    ['so does a store that is away', notConnected, 40, retry(30_000)],
    ['but not for ever', new AppError('UNAVAILABLE', 'x'), 1_000, dead],
    ['poison is dead at once', new PoisonError('x'), 1, dead],
    ['a refusal that stays one is dead at once', new AppError('NOTFOUND', 'x'), 1, dead],
  ])('%s', (_case, error, attempt, expected) => {
    expect(afterFailure(error, attempt, delays)).toEqual(expected);
  });
});
