import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DriverWatch, type LostStoreError } from './driver-watch';

const ok = () => Promise.resolve();
const away = () => Promise.reject(new Error('connection 396 closed'));

/** A watch over a store of which `driver` and `anew` say what comes back. */
function watched() {
  const store = { driver: ok, anew: ok, asked: 0 };
  const lost: LostStoreError[] = [];
  const watch = new DriverWatch(
    {
      ask: () => store.driver(),
      askAnew: () => {
        store.asked++;
        return store.anew();
      },
      evidence: () => ({ failed: 17 }),
    },
    (error) => lost.push(error),
  );
  return { store, lost, watch };
}

const seconds = (n: number) => vi.advanceTimersByTimeAsync(n * 1_000);

describe('the watch over a driver', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says once that the driver is lost, after 15 s and three answers to others, with what it knows', async () => {
    const { store, lost } = watched();
    store.driver = away;
    await seconds(29);
    expect(lost).toEqual([]);
    await seconds(1);
    expect(lost.map(({ message }) => message)).toEqual([
      'the driver has not found its store for 25 s (connection 396 closed), which answers others: {"failed":17}',
    ]);
    await seconds(300);
    expect(lost).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says nothing of a store that is away for everybody, however long', async () => {
    const { store, lost } = watched();
    store.driver = away;
    store.anew = away;
    await seconds(3_600);
    expect(lost).toEqual([]);
    store.anew = ok;
    await seconds(10);
    store.driver = ok;
    await seconds(60);
    expect(lost).toEqual([]);
  });

  it('says nothing of a store that comes and goes, and is away whenever it asks', async () => {
    const { store, lost } = watched();
    let isUp = false;
    store.driver = () => (isUp ? ok() : away());
    store.anew = () => {
      isUp = true;
      setTimeout(() => (isUp = false), 1_000);
      return ok();
    };
    await seconds(3_600);
    expect(store.asked).toBeGreaterThan(100);
    expect(lost).toEqual([]);
  });

  it('begins anew with each answer of the driver and each failure of another one', async () => {
    const { store, lost } = watched();
    store.driver = away;
    await seconds(29);
    store.driver = ok;
    await seconds(5);
    store.driver = away;
    await seconds(24);
    store.anew = away;
    await seconds(5);
    store.anew = ok;
    await seconds(11);
    expect(lost).toEqual([]);
    await seconds(1);
    expect(lost).toHaveLength(1);
  });

  it('asks nobody anew while the driver is answered, and nobody at all once it is stopped', async () => {
    const { store, watch } = watched();
    await seconds(60);
    store.driver = away;
    watch.stop();
    await seconds(60);
    expect(store.asked).toBe(0);
  });
});
