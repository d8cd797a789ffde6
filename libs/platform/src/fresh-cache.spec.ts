import { describe, expect, it, vi } from 'vitest';
import { FreshCache } from './fresh-cache';

const double = (keys: number[]) => Promise.resolve(new Map(keys.map((key) => [key, key * 2])));

describe('FreshCache', () => {
  it('reads what it does not have, once', async () => {
    const cache = new FreshCache<number, number>(60_000, 10);
    const read = vi.fn(double);
    expect(await cache.load([1, 2], read)).toEqual(new Map([[1, 2], [2, 4]])); // prettier-ignore
    await cache.load([2, 3], read);
    expect(read.mock.calls).toEqual([[[1, 2]], [[3]]]);
    expect(cache.peek(3)).toBe(6);
  });

  it('forgets what is told to it, and what has become old', async () => {
    const cache = new FreshCache<number, number>(60_000, 10);
    await cache.load([1, 2], double);
    cache.forget(1);
    expect([cache.peek(1), cache.peek(2)]).toEqual([undefined, 4]);
    cache.forgetAll();
    expect(cache.peek(2)).toBeUndefined();

    const shortLived = new FreshCache<number, number>(0, 10);
    await shortLived.load([1], double);
    expect(shortLived.peek(1)).toBeUndefined();
  });

  it('does not remember what was read before a change', async () => {
    const cache = new FreshCache<number, number>(60_000, 10);
    const answers = await cache.load([1], (keys) => {
      cache.forget(1);
      return double(keys);
    });
    expect(answers.get(1)).toBe(2);
    expect(cache.peek(1)).toBeUndefined();
  });

  it('holds so many and lets the oldest go', async () => {
    const cache = new FreshCache<number, number>(60_000, 2);
    await cache.load([1, 2, 3], double);
    expect([1, 2, 3].map((key) => cache.peek(key))).toEqual([undefined, 4, 6]);
  });
});
