import { describe, expect, it } from 'vitest';
import type { Entry, EntryOf, StoredRecord } from '../history';
import { check } from './check';

const C = 'c1';
const ALICE = 1;
const BOB = 2;
const CAROL = 3;

const stored = (seq: number, change: Partial<StoredRecord> = {}): StoredRecord => ({
  kind: 'stored',
  conversationId: C,
  messageId: `m${seq}`,
  seq,
  ev: seq,
  evs: [seq],
  senderId: ALICE,
  clientId: `a${seq}`,
  type: 'text',
  content: '',
  isDeleted: false,
  ...change,
});

const said = (id: string, change: Partial<EntryOf<'invoke'>> = {}): Entry => ({
  kind: 'invoke',
  at: 0,
  id,
  who: ALICE,
  deed: 'send',
  conversationId: C,
  clientId: id,
  isOnline: true,
  ...change,
});
const acked = (id: string, seq: number, change: Partial<EntryOf<'ok'>> = {}): Entry => ({
  kind: 'ok',
  at: 1,
  id,
  messageId: `m${seq}`,
  seq,
  ev: seq,
  ...change,
});
const refused = (id: string): Entry => ({ kind: 'fail', at: 1, id, code: 'FORBIDDEN' });
const heard = (who: number, ev: number, change: Partial<EntryOf<'heard'>> = {}): Entry => ({
  kind: 'heard',
  at: 2,
  who,
  connection: 1,
  event: 'message:created',
  conversationId: C,
  messageId: `m${ev}`,
  ev,
  seq: ev,
  ...change,
});
const notified = (userId: number, seq: number, change: Partial<EntryOf<'notification'>> = {}): Entry => ({
  kind: 'notification',
  id: `m${seq}:${userId}`,
  userId,
  type: 'message',
  conversationId: C,
  messageId: `m${seq}`,
  content: '',
  isRead: false,
  ...change,
});
const invited = (userId: number): Entry => notified(userId, 0, { type: 'group_invite', messageId: null });
/** Alice makes a group with Bob, says two things, edits the first one, and brings in Carol; all is as it should be. */
const GOOD: readonly Entry[] = [
  { kind: 'conversation', conversationId: C, creatorId: ALICE, memberIds: [ALICE, BOB] },
  said('a1'),
  acked('a1', 1),
  said('a2'),
  acked('a2', 2),
  said('a3', { deed: 'edit', messageId: 'm1' }),
  acked('a3', 1, { ev: 3 }),
  said('a4', { deed: 'add' }),
  { kind: 'ok', at: 1, id: 'a4' },
  said('a5'),
  stored(1, { ev: 3, evs: [1, 3] }),
  stored(2),
  stored(3, {
    ev: 4,
    evs: [4],
    clientId: 'a4',
    type: 'system',
    system: { action: 'member-added', userIds: [CAROL] },
  }),
  heard(BOB, 1),
  heard(BOB, 2),
  heard(BOB, 3, { event: 'message:updated', messageId: 'm1', seq: 1 }),
  heard(BOB, 4, { messageId: 'm3', seq: 3 }),
  heard(CAROL, 4, { messageId: 'm3', seq: 3 }),
  heard(BOB, 2, { connection: 2 }),
  notified(BOB, 1),
  notified(BOB, 2),
  invited(BOB),
  invited(CAROL),
  { kind: 'badge', who: BOB, count: 3 },
  { kind: 'badge', who: CAROL, count: 1 },
  { kind: 'pushed', at: 3, who: BOB, connection: 1, notificationId: 'm1:2' },
  { kind: 'converged', who: BOB, afterMs: 20, differences: [] },
  { kind: 'exit', at: 5, process: 'chat-1', how: 'ended by SIGKILL', expected: true },
  { kind: 'complaint', at: 6, process: 'chat-1', level: '40', text: 'MongoDB is away' },
];

const with_ = (...more: Entry[]) => [...GOOD, ...more];
/** Each entry of a kind that fits, replaced; `undefined`: left out. */
function change<K extends Entry['kind']>(
  kind: K,
  fits: (entry: EntryOf<K>) => boolean,
  replace: (entry: EntryOf<K>) => Entry | undefined,
): Entry[] {
  let count = 0;
  const entries = GOOD.flatMap((entry) => {
    if (entry.kind !== kind || !fits(entry as EntryOf<K>)) return [entry];
    count++;
    return replace(entry as EntryOf<K>) ?? [];
  });
  if (count !== 1) throw new Error(`${count} entries were to be changed, not one`);
  return entries;
}
const lacking = <K extends Entry['kind']>(kind: K, fits: (entry: EntryOf<K>) => boolean): Entry[] =>
  change(kind, fits, () => undefined);
const m = (seq: number) => (entry: StoredRecord) => entry.seq === seq;

describe('the checker', () => {
  it('finds nothing wrong with a history that is right, with a send whose outcome nobody knows', () => {
    expect(check(GOOD)).toEqual([]);
    // It may as well be stored.
    expect(
      check(with_(stored(4, { ev: 5, evs: [5], clientId: 'a5' }), notified(BOB, 4), notified(CAROL, 4))),
    ).toEqual([
      { check: 'C6', what: '2 is told of 3 unread, 4 are stored' },
      { check: 'C6', what: '3 is told of 1 unread, 2 are stored' },
    ]);
  });

  const broken: [check: string, what: string, history: Entry[]][] = [
    ['C1', 'an acked send is not stored', change('stored', m(2), () => undefined)],
    ['C1', 'it is stored twice', with_(stored(4, { ev: 5, evs: [5], clientId: 'a2' }))],
    ['C1', 'it was acked as another number', change('stored', m(2), (one) => ({ ...one, seq: 4 }))],
    ['C1', 'an acked edit is not stored', change('stored', m(1), (one) => ({ ...one, evs: [1], ev: 1 }))],
    [
      'C1',
      'an acked deletion is not stored',
      with_(said('a6', { deed: 'delete', messageId: 'm2' }), { kind: 'ok', at: 1, id: 'a6' }),
    ],
    ['C2', 'a hole in seq', change('stored', m(3), (one) => ({ ...one, seq: 4 }))],
    ['C2', 'a number twice', with_(stored(3, { messageId: 'm9', ev: 5, evs: [5], clientId: 'a5' }))],
    ['C2', 'a hole in ev', change('stored', m(3), (one) => ({ ...one, ev: 5, evs: [5] }))],
    ['C2', 'a clientId twice', with_(stored(4, { ev: 5, evs: [5], clientId: 'a1' }))],
    ['C3', 'a change heard twice on one connection', with_(heard(CAROL, 4, { messageId: 'm3', seq: 3 }))],
    ['C3', 'changes heard in another order', with_(heard(BOB, 1, { connection: 2 }))],
    [
      'C3',
      'a change left out',
      lacking('heard', ({ who, connection, ev }) => who === BOB && connection === 1 && ev === 2),
    ],
    [
      'C3',
      'a message heard at a place that it does not have',
      with_(heard(BOB, 4, { connection: 3, messageId: 'm2', seq: 2 })),
    ],
    ['C4', 'the second one stands before the first', change('stored', m(1), (one) => ({ ...one, seq: 5 }))],
    ['C5', 'a message that nobody said', with_(stored(4, { ev: 5, evs: [5], clientId: 'x1' }))],
    ['C5', 'a refused send is stored', with_(refused('a5'), stored(4, { ev: 5, evs: [5], clientId: 'a5' }))],
    ['C6', 'a notification is missing', lacking('notification', ({ id }) => id === 'm1:2')],
    ['C6', 'a notification is there twice', with_(notified(BOB, 1, { id: 'another' }))],
    ['C6', 'the sender is notified', with_(notified(ALICE, 1))],
    ['C6', 'somebody is notified of what was said before they came', with_(notified(CAROL, 1))],
    [
      'C6',
      'somebody is told twice that one has reacted',
      with_(
        notified(ALICE, 1, { id: 'r1', reactorId: BOB, isRead: true }),
        notified(ALICE, 1, { id: 'r2', reactorId: BOB, isRead: true }),
      ),
    ],
    ['C6', 'an invitation is missing', lacking('notification', ({ id }) => id === 'm0:3')],
    [
      'C6',
      'a badge is wrong',
      change(
        'badge',
        ({ who }) => who === BOB,
        (one) => ({ ...one, count: 4 }),
      ),
    ],
    [
      'C6',
      'a notification is pushed twice',
      with_({ kind: 'pushed', at: 4, who: BOB, connection: 1, notificationId: 'm1:2' }),
    ],
    ['C7', 'somebody hears what was said before they came', with_(heard(CAROL, 2, { connection: 2 }))],
    [
      'C7',
      'somebody hears what was done after they went',
      [
        ...GOOD,
        said('a6', { deed: 'remove' }),
        stored(4, {
          ev: 5,
          evs: [5],
          clientId: 'a6',
          type: 'system',
          system: { action: 'member-removed', userIds: [BOB] },
        }),
        said('a7', { deed: 'rename' }),
        stored(5, {
          ev: 6,
          evs: [6],
          clientId: 'a7',
          type: 'system',
          system: { action: 'conversation-updated', userIds: [] },
        }),
        heard(BOB, 6, { messageId: 'm5', seq: 5 }),
      ],
    ],
    [
      'C8',
      'somebody is late',
      change(
        'converged',
        () => true,
        (one) => ({ ...one, afterMs: 10_001 }),
      ),
    ],
    [
      'C8',
      'somebody knows something else',
      change(
        'converged',
        () => true,
        (one) => ({ ...one, differences: ['x'] }),
      ),
    ],
    [
      'C9',
      'a process ended by itself',
      change(
        'exit',
        () => true,
        (one) => ({ ...one, expected: false }),
      ),
    ],
    [
      'C9',
      'a rejection that nobody caught',
      with_({ kind: 'complaint', at: 7, process: 'chat-1', level: '60', text: 'unhandled rejection' }),
    ],
    ['C9', 'an answer INTERNAL', with_({ kind: 'fail', at: 8, id: 'a5', code: 'INTERNAL' })],
    [
      'C9',
      'a process that took too long to drain',
      with_({
        kind: 'fault',
        at: 9,
        name: 'restart:chat',
        target: 'chat-1',
        phase: 'end',
        note: 'drained in 11000 ms',
      }),
    ],
  ];
  it.each(broken)('%s: %s', (id, _what, history) => {
    expect(new Set(check(history).map((violation) => violation.check))).toContain(id);
  });

  it('lets somebody hear of their own removal, and of what comes after they are back', () => {
    const system = (seq: number, action: string) =>
      stored(seq, {
        ev: seq + 1,
        evs: [seq + 1],
        clientId: `s${seq}`,
        type: 'system',
        system: { action, userIds: [BOB] },
      });
    const history = with_(
      system(4, 'member-removed'),
      heard(BOB, 5, { messageId: 'm4', seq: 4 }),
      system(5, 'member-added'),
      invited(BOB),
      heard(BOB, 6, { messageId: 'm5', seq: 5 }),
      { kind: 'badge', who: BOB, count: 4 },
    );
    expect(check(history).filter((violation) => violation.check === 'C7')).toEqual([]);
  });
});
