import { describe, expect, it } from 'vitest';
import { SharedReads } from './shared-reads';

/** A store whose answers are what was in it when the read began. */
class Store {
  value = 'old';
  reads: { answer: () => void; fail: () => void }[] = [];

  readonly load = (): Promise<string> => {
    const seen = this.value;
    return new Promise((resolve, reject) => {
      this.reads.push({ answer: () => resolve(seen), fail: () => reject(new Error('away')) });
    });
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a shared read', () => {
  it('is one for all who ask while another is under way, and begins after they have asked', async () => {
    const store = new Store();
    const reads = new SharedReads<string>();
    const first = reads.read('a', store.load);
    store.value = 'new';
    const others = Array.from({ length: 5 }, () => reads.read('a', store.load));
    expect(store.reads).toHaveLength(1);
    store.reads[0]?.answer();
    expect(await first).toBe('old');
    await turn();
    expect(store.reads).toHaveLength(2);
    store.reads[1]?.answer();
    expect(await Promise.all(others)).toEqual(Array(5).fill('new'));
  });

  it('begins anew for whoever asks later, and for another key', async () => {
    const store = new Store();
    const reads = new SharedReads<string>();
    const [one, other] = [reads.read('a', store.load), reads.read('b', store.load)];
    expect(store.reads).toHaveLength(2);
    store.reads.forEach(({ answer }) => answer());
    await Promise.all([one, other]);
    store.value = 'new';
    const later = reads.read('a', store.load);
    store.reads[2]?.answer();
    expect(await later).toBe('new');
  });

  it('that fails fails for those who wait for it, not for those who wait for the next', async () => {
    const store = new Store();
    const reads = new SharedReads<string>();
    const first = reads.read('a', store.load);
    const next = reads.read('a', store.load);
    store.reads[0]?.fail();
    await expect(first).rejects.toThrow('away');
    await turn();
    store.reads[1]?.answer();
    expect(await next).toBe('old');
  });
});
