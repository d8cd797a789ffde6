import { describe, expect, it } from 'vitest';
import type { Entry, EntryOf } from '../history';
import { soundness } from './end-checks';
import { Evidence } from './evidence';
import { livesOf } from './lives';

const MINUTE = 60_000;
const MIB = 1_048_576;

type Reading = EntryOf<'vitals'>;

const reading = (at: number, change: Partial<Omit<Reading, 'kind' | 'at'>> = {}): Reading => ({
  ...{ kind: 'vitals', at, process: 'chat-1', pid: 7, rssBytes: 100 * MIB, files: 9, closeWait: 0 },
  ...change,
});
/** Small when it begins, 100 MiB when it is warm, and something else in the end. */
const life = (ms: number, mebibytes: number): Reading[] => [
  reading(0, { rssBytes: 50 * MIB }),
  reading(MINUTE),
  reading(ms - 1, { rssBytes: 300 * MIB, files: 20 }),
  reading(ms, { rssBytes: mebibytes * MIB, isLast: true }),
];
const wrong = (...entries: Entry[]) => soundness(new Evidence(entries)).map(({ what }) => what);

describe('C9 of what a process holds', () => {
  it('has its start, its peak and its end for each life', () => {
    const another = reading(8 * MINUTE, { pid: 8, closeWait: 2 });
    expect(livesOf([...life(6 * MINUTE, 120), another])).toEqual([
      {
        ...{ process: 'chat-1', pid: 7, ms: 6 * MINUTE, isSettled: true },
        rssBytes: { start: 50 * MIB, warm: 100 * MIB, peak: 300 * MIB, end: 120 * MIB },
        files: { start: 9, peak: 20, end: 9 },
        closeWait: { peak: 0, end: 0 },
      },
      {
        ...{ process: 'chat-1', pid: 8, ms: 0, isSettled: false },
        rssBytes: { start: 100 * MIB, warm: 100 * MIB, peak: 100 * MIB, end: 100 * MIB },
        files: { start: 9, peak: 9, end: 9 },
        closeWait: { peak: 2, end: 2 },
      },
    ]);
  });

  it('wants no growth of a long life, once it is warm', () => {
    expect(wrong(...life(5 * MINUTE, 131))).toEqual(['chat-1 grew from 100 to 131 MiB in 300 s']);
    expect(wrong(...life(5 * MINUTE, 130))).toEqual([]);
    expect(wrong(...life(5 * MINUTE - 1, 500))).toEqual([]);
    // Ended before its garbage was collected.
    expect(wrong(...life(6 * MINUTE, 500).slice(0, -1))).toEqual([]);
    // Another one by that name is another life.
    expect(wrong(...life(6 * MINUTE, 100), reading(7 * MINUTE, { pid: 8, rssBytes: 500 * MIB }))).toEqual([]);
  });

  it('wants no socket left in CLOSE_WAIT, when there has been time to close it', () => {
    expect(wrong(reading(0), reading(1, { closeWait: 1, isLast: true }))).toEqual([
      'chat-1 has 1 sockets in CLOSE_WAIT',
    ]);
    expect(wrong(reading(0, { closeWait: 3 }), reading(1, { isLast: true }))).toEqual([]);
    expect(wrong(reading(0, { closeWait: 3 }))).toEqual([]);
  });
});
