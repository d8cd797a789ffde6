import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Patient, patiently } from './patience';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Logger, 'warn').mockReturnValue();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const away = () => Object.assign(new Error('connect ECONNREFUSED'), { name: 'MongoServerSelectionError' });

it('does the work again until the store answers', async () => {
  const work = vi.fn().mockRejectedValueOnce(away()).mockRejectedValueOnce(away()).mockResolvedValue('done');
  const waiting = patiently(work);
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(waiting).resolves.toBe('done');
  expect(work).toHaveBeenCalledTimes(3);
});

it('gives up after 45 seconds, with what the store said last', async () => {
  const waiting = patiently(() => Promise.reject(away()));
  const outcome = expect(waiting).rejects.toThrow('connect ECONNREFUSED');
  await vi.advanceTimersByTimeAsync(44_000);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  await outcome;
});

it('does not repeat what no patience helps against', async () => {
  const work = vi.fn().mockRejectedValue(new Error('a wrong password'));
  await expect(patiently(work)).rejects.toThrow('a wrong password');
  expect(work).toHaveBeenCalledOnce();
});

it('makes a method patient, and leaves it its object', async () => {
  class Repository {
    private tries = 0;
    prepared = false;

    @Patient()
    onModuleInit(): Promise<void> {
      if (++this.tries < 2) return Promise.reject(away());
      this.prepared = true;
      return Promise.resolve();
    }
  }
  const repository = new Repository();
  const starting = repository.onModuleInit();
  await vi.advanceTimersByTimeAsync(500);
  await starting;
  expect(repository.prepared).toBe(true);
});
