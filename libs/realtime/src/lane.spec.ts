import { describe, expect, it } from 'vitest';
import { Lane, LANE_CAPACITY } from './lane';

describe('a lane', () => {
  it('starts the first task at once, and each other when the one before has ended', async () => {
    const lane = new Lane();
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const task = (name: string) => () =>
      new Promise<void>((resolve) => {
        log.push(name);
        ends.push(resolve);
      });
    for (const name of ['a', 'b', 'c']) lane.run(task(name));
    expect(log).toEqual(['a']);
    ends[0]?.();
    await Promise.resolve();
    expect(log).toEqual(['a', 'b']);
    ends[1]?.();
    await Promise.resolve();
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('holds so many that wait and refuses the next, without losing its place in life', async () => {
    const lane = new Lane();
    let done = 0;
    const count = () => {
      done++;
      return Promise.resolve();
    };
    let end!: () => void;
    lane.run(() => new Promise((resolve) => (end = resolve)));
    for (let i = 0; i < LANE_CAPACITY; i++) lane.run(count);
    expect(() => lane.run(count)).toThrow(
      expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: 1_000 }),
    );
    end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(LANE_CAPACITY);
    lane.run(count);
    expect(done).toBe(LANE_CAPACITY + 1);
  });
});
