import { describe, expect, it } from 'vitest';
import type { Entry } from '../history';
import { Evidence } from './evidence';
import { fifo } from './log-checks';

interface Send {
  id: string;
  /** Where it is stored. */
  seq: number;
  row?: string;
  isFirstTry?: boolean;
}

const said = ({ id, row }: Send): Entry => ({
  ...{ kind: 'invoke', at: 0, id, who: 1, deed: 'send', conversationId: 'c', clientId: id, isOnline: true },
  ...(row !== undefined && { row }),
});
const answered = ({ id, seq, isFirstTry }: Send): Entry => ({
  ...{ kind: 'ok', at: 1, id, messageId: id, seq, ev: seq },
  ...(isFirstTry !== undefined && { isFirstTry }),
});
const stored = ({ id, seq }: Send): Entry => ({
  ...{ kind: 'stored', conversationId: 'c', messageId: id, seq, ev: seq, evs: [seq], senderId: 1 },
  ...{ clientId: id, type: 'text', content: '', isDeleted: false },
});

const violationsOf = (...sends: Send[]) =>
  fifo(new Evidence([...sends.map(said), ...sends.map(answered), ...sends.map(stored)])).map(
    ({ what }) => what,
  );
/** In one breath with others. */
const hasty = (id: string, seq: number, isFirstTry = true): Send => ({ id, seq, row: 'a', isFirstTry });

describe('C4', () => {
  it('wants what was said in a row in this order, if the first try stored it', () => {
    expect(violationsOf(hasty('a', 1), hasty('b', 2), hasty('c', 3))).toEqual([]);
    expect(violationsOf(hasty('a', 2), hasty('b', 1), hasty('c', 3))).toEqual([
      'b (seq 1) was said after a (seq 2)',
    ]);
    expect(violationsOf(hasty('a', 1), hasty('b', 3), hasty('c', 2))).toEqual([
      'c (seq 2) was said after b (seq 3)',
    ]);
  });

  it('lets what was repeated stand behind what it was said before', () => {
    expect(violationsOf(hasty('a', 3, false), hasty('b', 1), hasty('c', 2))).toEqual([]);
    expect(violationsOf(hasty('a', 3, false), hasty('b', 2), hasty('c', 1))).toEqual([
      'c (seq 1) was said after b (seq 2)',
    ]);
  });

  it('wants all of a row behind what was said before it, and before what was said after it', () => {
    expect(violationsOf({ id: 'x', seq: 2 }, hasty('a', 3), hasty('b', 1, false))).toEqual([
      'b (seq 1) was said after x (seq 2)',
    ]);
    expect(violationsOf(hasty('a', 3, false), hasty('b', 1), { id: 'x', seq: 2 })).toEqual([
      'x (seq 2) was said after a (seq 3)',
    ]);
    expect(violationsOf(hasty('a', 2), { ...hasty('b', 1), row: 'b' })).toEqual([
      'b (seq 1) was said after a (seq 2)',
    ]);
  });
});
