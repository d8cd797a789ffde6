import { describe, expect, it } from 'vitest';
import { Gate } from './gate';

/** Work that lasts until it is told to end. */
function lasting() {
  let end = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => done, end };
}

describe('Gate', () => {
  it('runs no more than its limit at once, and everybody in turn', async () => {
    const gate = new Gate(2, 10, 'too many people');
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const work = (number: number) => async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      order.push(number);
      running -= 1;
    };
    await Promise.all([1, 2, 3, 4, 5, 6].map((number) => gate.run(work(number))));
    expect(most).toBe(2);
    expect(order).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses what is beyond its capacity with UNAVAILABLE, and recovers', async () => {
    const gate = new Gate(1, 1, 'too many people');
    const first = lasting();
    const running = gate.run(first.work);
    const waiting = gate.run(() => Promise.resolve('second'));
    await expect(gate.run(() => Promise.resolve('third'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryAfterMs: 1_000,
    });
    first.end();
    await running;
    await expect(waiting).resolves.toBe('second');
    await expect(gate.run(() => Promise.resolve('fourth'))).resolves.toBe('fourth');
  });

  it('goes on after a failure', async () => {
    const gate = new Gate(1, 1, 'too many people');
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});
