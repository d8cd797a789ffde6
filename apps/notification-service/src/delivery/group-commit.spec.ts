import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit';

/** A write that ends when it is told to. */
function manualWrite() {
  const writes: { items: string[]; end: (error?: Error) => void }[] = [];
  const write = (items: string[]) =>
    new Promise<boolean[]>((resolve, reject) => {
      writes.push({
        items,
        end: (error) => {
          if (error) reject(error);
          else resolve(items.map((item) => item !== 'known'));
        },
      });
    });
  return { writes, write };
}

const settled = () => new Promise((resolve) => void setImmediate(resolve));

describe('GroupCommit', () => {
  it('writes a lone item at once and gathers what comes meanwhile into one more write', async () => {
    const { writes, write } = manualWrite();
    const commit = new GroupCommit(write, 0, 100);
    const first = commit.add(['a']);
    const second = commit.add(['b', 'known']);
    const third = commit.add(['c']);
    expect(writes.map(({ items }) => items)).toEqual([['a']]);
    writes[0]?.end();
    expect(await first).toEqual([true]);
    await settled();
    expect(writes[1]?.items).toEqual(['b', 'known', 'c']);
    writes[1]?.end();
    expect(await second).toEqual([true, false]);
    expect(await third).toEqual([true]);
  });

  it('fails all that were in a failed write, and goes on', async () => {
    const { writes, write } = manualWrite();
    const commit = new GroupCommit(write, 0, 100);
    const first = commit.add(['a']);
    const second = commit.add(['b']);
    writes[0]?.end(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await settled();
    writes[1]?.end();
    expect(await second).toEqual([true]);
  });

  it('keeps a write below its limit, but never splits one caller', async () => {
    const { writes, write } = manualWrite();
    const commit = new GroupCommit(write, 0, 3);
    void commit.add(['a']);
    void commit.add(['b', 'c']);
    void commit.add(['d', 'e']);
    void commit.add(['f', 'g', 'h', 'i']);
    for (let i = 0; i < 4; i++) {
      writes[i]?.end();
      await settled();
    }
    expect(writes.map(({ items }) => items.length)).toEqual([1, 2, 2, 4]);
  });
});
