import { describe, expect, it } from 'vitest';
import type { Entry, History } from '../history';
import { judge } from '../run';
import { Evidence } from './evidence';
import { order } from './stream-checks';

/** It takes two seconds; the machine may be busy. */
const PATIENCE_MS = 120_000;
const SENDS = 100_000;
const GROUPS = 40;
const MEMBERS = [1, 2, 3, 4];
const CREATOR = 1;
/** After so many in a conversation everybody begins a new connection, as after a fault. */
const PER_CONNECTION = 100;
const numberOf = (index: number) => Math.floor(index / GROUPS) + 1;
const conversationOf = (index: number) => `c${index % GROUPS}`;
const senderOf = (index: number) => MEMBERS[index % MEMBERS.length]!;

/** What all have said and heard in groups of four: made anew for each who reads it, and never kept. */
class Large implements History {
  /** How often what was asked for. */
  readonly reads: string[] = [];

  constructor(private readonly misses: (who: number, index: number) => boolean = () => false) {}

  of(...kinds: Entry['kind'][]): Iterable<Entry> {
    this.reads.push(kinds.join());
    if (kinds.join() === 'heard') return heard(this.misses);
    return kinds.join() === 'notification' ? notified() : [];
  }

  except(...kinds: Entry['kind'][]): Iterable<Entry> {
    this.reads.push('all others');
    expect(kinds).toEqual(expect.arrayContaining(['heard', 'notification']));
    return others();
  }
}

function* others(): Generator<Entry> {
  for (let group = 0; group < GROUPS; group++)
    yield { kind: 'conversation', conversationId: `c${group}`, creatorId: 1, memberIds: MEMBERS };
  for (let index = 0; index < SENDS; index++) {
    const [seq, conversationId, who] = [numberOf(index), conversationOf(index), senderOf(index)];
    const [id, messageId] = [`${who}-${index}`, `m${index}`];
    yield { kind: 'invoke', at: index, id, who, deed: 'send', isOnline: true, conversationId, clientId: id };
    yield { kind: 'ok', at: index + 5, id, messageId, seq, ev: seq };
    const rest = { clientId: id, type: 'text', content: '', isDeleted: false };
    yield { kind: 'stored', conversationId, messageId, seq, ev: seq, evs: [seq], senderId: who, ...rest };
  }
  for (const who of MEMBERS) {
    const said = SENDS / MEMBERS.length;
    yield { kind: 'badge', who, count: SENDS - said + (who === CREATOR ? 0 : GROUPS) };
  }
}

function* heard(misses: (who: number, index: number) => boolean): Generator<Entry> {
  const event = 'message:created';
  for (let index = 0; index < SENDS; index++) {
    const [ev, conversationId, messageId] = [numberOf(index), conversationOf(index), `m${index}`];
    const connection = Math.floor(ev / PER_CONNECTION);
    for (const who of MEMBERS)
      if (!misses(who, index))
        yield { kind: 'heard', at: index, who, connection, event, conversationId, messageId, ev, seq: ev };
  }
}

function* notified(): Generator<Entry> {
  const about = { kind: 'notification', content: '', isRead: false } as const;
  for (let group = 0; group < GROUPS; group++)
    for (const userId of MEMBERS)
      if (userId !== CREATOR)
        yield {
          ...about,
          id: '',
          userId,
          type: 'group_invite',
          conversationId: `c${group}`,
          messageId: null,
        };
  for (let index = 0; index < SENDS; index++) {
    const [conversationId, messageId] = [conversationOf(index), `m${index}`];
    for (const userId of MEMBERS)
      if (userId !== senderOf(index))
        yield { ...about, id: '', userId, type: 'message', conversationId, messageId };
  }
}

describe('a history of 100,000 sends', () => {
  it(
    'is judged by reading each entry once, and what was heard twice',
    () => {
      const large = new Large();
      const { violations, figures } = judge(1, large);
      expect(violations).toEqual([]);
      expect(figures.sends.acked).toBe(SENDS);
      expect(figures.deliveries).toBe(SENDS * MEMBERS.length);
      expect(figures.notifications).toBe((SENDS + GROUPS) * (MEMBERS.length - 1));
      expect(figures.sendMs.max).toBe(5);
      expect(large.reads.sort()).toEqual(['all others', 'heard', 'heard', 'notification', 'pushed']);
    },
    PATIENCE_MS,
  );

  it(
    'does not hide the one thing that somebody has not heard',
    () => {
      const index = 50_020;
      expect(order(new Evidence(new Large((who, at) => who === 3 && at === index)))).toEqual([
        {
          check: 'C3',
          what: `3 heard 1200 to 1299 of ${conversationOf(index)} on one connection, without ${numberOf(index)}`,
        },
      ]);
    },
    PATIENCE_MS,
  );
});
