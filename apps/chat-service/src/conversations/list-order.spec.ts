import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorOf, inOrder, startOf } from './list-order';

const idOf = (n: number) => n.toString(16).padStart(24, '0');
const activity = (n: number, at: number) => ({
  id: idOf(n),
  last_activity_at: new Date(at),
  last_ev: 0,
  last_seq: 0,
  last_told: 0,
});

describe('the order of a list', () => {
  it('is pinned ones first, the latest pinned on top, then the latest activity', () => {
    const pinned = new Map([
      [idOf(1), new Date(10)],
      [idOf(2), new Date(20)],
    ]);
    const list = inOrder([activity(1, 500), activity(2, 1), activity(3, 5), activity(4, 9)], pinned);
    expect(list.map(({ id }) => id)).toEqual([2, 1, 4, 3].map(idOf));
  });

  it('any pages show each line once and in order, also when many are alike', () => {
    const lines = fc.uniqueArray(
      fc.record({
        n: fc.integer({ min: 0, max: 60 }),
        at: fc.integer({ min: 0, max: 3 }),
        pin: fc.option(fc.integer({ min: 0, max: 3 })),
      }),
      { selector: ({ n }) => n, maxLength: 40 },
    );
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const pinned = new Map(
          all.flatMap(({ n, pin }) => (pin === null ? [] : [[idOf(n), new Date(pin)] as const])),
        );
        const list = inOrder(
          all.map(({ n, at }) => activity(n, at)),
          pinned,
        );
        const seen: string[] = [];
        for (let cursor: string | undefined; ;) {
          const page = list.slice(startOf({ cursor }, list)).slice(0, limit);
          seen.push(...page.map(({ id }) => id));
          const last = page.at(-1);
          if (!last || seen.length > all.length) break;
          cursor = cursorOf(last);
        }
        expect(seen).toEqual(list.map(({ id }) => id));
      }),
    );
  });

  it('goes on behind a line that is not there any more', () => {
    const list = inOrder([activity(1, 3), activity(2, 2), activity(3, 1)], new Map());
    const cursor = cursorOf(list[1]!);
    const without = list.filter((_line, index) => index !== 1);
    expect(without[startOf({ cursor }, without)]?.id).toBe(idOf(3));
    expect(startOf({ cursor: `p5.${idOf(9)}` }, without)).toBe(0);
  });

  it.each(['', 'x', '1', '1.2', `q1.${idOf(1)}`, `1.${idOf(1)}x`])('refuses the cursor %j', (cursor) => {
    expect(() => startOf({ cursor }, [])).toThrow('cursor');
  });
});
