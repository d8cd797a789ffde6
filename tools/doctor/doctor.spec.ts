import { describe, expect, it } from 'vitest';
import { compareIndexes } from './compare-indexes.mjs';
import { examination, type Place } from './log/index.mjs';

const at = new Date(1_000);
const [ALICE, BOB, CAROL] = [1, 2, 3];

interface Message {
  seq: number;
  ev: number;
  evs: number[];
  told: number;
  head_seq: number;
  head_told: number;
  control_ev: number;
  prev_control_ev?: number;
  sender_id: number;
  type: string;
  system?: object;
  created_at: Date;
  updated_at: Date;
}

const text = (n: number, change: Partial<Message> = {}): Message => ({
  seq: n,
  ev: n,
  evs: [n],
  told: n,
  head_seq: n,
  head_told: n,
  control_ev: 0,
  sender_id: ALICE,
  type: 'text',
  created_at: at,
  updated_at: at,
  ...change,
});

const conversation = {
  _id: '6650f0b1a4b1c2d3e4f50601',
  type: 'group',
  name: 'Team A',
  avatar: null,
  description: null,
  participants: [ALICE, BOB],
  admin_id: ALICE,
  moderator_ids: [],
  status: 'accepted',
  initiator_id: ALICE,
  disappear_after: null,
  is_deleted: false,
  code_ev: 0,
  state_ev: 0,
  last_activity_at: at,
  last_ev: 3,
  last_seq: 3,
  last_told: 3,
  created_at: at,
  updated_at: at,
};
const membership = { active: true, ev: 0, joined_seq: 0 };
const receipt = { user_id: BOB, read_seq: 2, read_told: 2, delivered_seq: 3 };
const healthy: Place = {
  conversation: { ...conversation, _id: { toHexString: () => conversation._id } },
  memberships: [ALICE, BOB].map((user_id) => ({ ...membership, user_id })),
  receipts: [receipt],
  progress: { ev: 3 },
  settled: new Date(2_000),
};
const three = [text(1), text(2), text(3)];

function problemsIn(messages: object[], place: Partial<Place> = {}) {
  const { message, end } = examination({ ...healthy, ...place });
  for (const one of messages) message(one);
  return end();
}

const named = (messages: object[], place: Partial<Place> = {}) =>
  problemsIn(messages, place).map(({ check, problem }) => `${check}: ${problem}`);

/** Carol comes as the last one. */
const joined = {
  ...text(4, { told: 3, head_told: 3, control_ev: 4, type: 'system' }),
  prev_control_ev: 0,
  system: { action: 'member-added', userIds: [CAROL] },
};

describe('a conversation is examined', () => {
  it('and nothing is found in one that is right, also after edits', () => {
    expect(named(three)).toEqual([]);
    const edited = text(1, { ev: 5, evs: [1, 4, 5], head_seq: 3, head_told: 3 });
    expect(named([edited, text(2), text(3)], { progress: { ev: 5 } })).toEqual([]);
    expect(named([], { progress: null, receipts: [] })).toEqual([]);
  });

  it('a hole and a double are named, and nothing is derived from such a log', () => {
    expect(named([text(1), text(3, { told: 2, head_told: 2 })])).toEqual(
      expect.arrayContaining(['sequence: seq 2 missing', 'changeNumbers: ev 2 missing']),
    );
    expect(named([text(1), text(2), text(2), text(3)])).toEqual(
      expect.arrayContaining(['sequence: seq 2 is there twice', 'changeNumbers: ev 2 is there twice']),
    );
    const behind = problemsIn([text(1), text(4)], { progress: null });
    expect(behind.find(({ check }) => check === 'search')).not.toHaveProperty('repair');
    expect(problemsIn(three, { progress: null })).toEqual([
      expect.objectContaining({ repair: expect.anything() }),
    ]);
  });

  it('wrong counters are named where they stand', () => {
    expect(named([text(1), text(2, { told: 7 }), text(3, { head_seq: 9 })])).toEqual([
      'counters: told of seq 2 is 7, and should be 2',
      'counters: head_seq of seq 3 is 9, and should be 3',
      'receipts: unread numbers of user 2 do not add up',
    ]);
    expect(named([text(1, { ev: 9 }), text(2), text(3)])).toEqual(
      expect.arrayContaining(['changeNumbers: seq 1 says ev 9, and its changes end with 1']),
    );
  });

  it('what is too young to have come everywhere is no violation', () => {
    const young = text(4, { created_at: new Date(3_000), updated_at: new Date(3_000) });
    expect(named([...three, young])).toEqual([]);
    expect(named([...three, text(4)])).toEqual([
      'activity: the list of conversations does not know the last message',
      'search: the search index is behind the log',
    ]);
  });

  it('document and memberships follow from who came and went', () => {
    const late = { ...healthy.conversation, last_ev: 4, last_seq: 4 };
    const right = { ...late, participants: [ALICE, BOB, CAROL], state_ev: 4 };
    const [alices, bobs] = healthy.memberships as [object, object];
    const carols = { user_id: CAROL, active: true, ev: 4, joined_seq: 4 };
    const found = (conversation: object, memberships: object[]) =>
      named([...three, joined], { conversation, memberships, progress: { ev: 4 } });
    expect(found(right, [alices, bobs, carols])).toEqual([]);
    expect(found(late, [alices, bobs, carols])).toEqual(['projection: the document is behind the log']);
    expect(found({ ...right, participants: [BOB, CAROL] }, [alices, bobs, carols])).toEqual([
      'projection: the document is not what the log says: participants',
    ]);
    expect(found(right, [alices, bobs])).toEqual([`memberships: user ${CAROL} has no membership`]);
    expect(found(right, [alices, bobs, { ...carols, joined_seq: 1 }])).toEqual([
      `memberships: the membership of user ${CAROL} begins at another message than the log says`,
    ]);
  });

  it('nobody is let in by a repair of whom the log does not know that they were there', () => {
    const place = { conversation: { ...healthy.conversation, participants: [ALICE], last_seq: 1 } };
    const problems = problemsIn(three, place);
    expect(problems.map(({ problem }) => problem)).toEqual([
      `user ${BOB} has a membership, and was never let in`,
      'the list of conversations does not know the last message',
    ]);
    for (const problem of problems) expect(problem).not.toHaveProperty('repair');
  });
});

describe('indexes are compared', () => {
  const wanted = [
    { key: { a: 1, b: -1 }, options: { unique: true } },
    { key: { c: 1 }, options: { name: 'by_c', partialFilterExpression: { c: { $exists: true } } } },
  ];
  const present = [
    { key: { _id: 1 }, name: '_id_' },
    { key: { a: 1, b: -1 }, name: 'a_1_b_-1', unique: true, v: 2 },
    { key: { c: 1 }, name: 'by_c', partialFilterExpression: { c: { $exists: true } } },
  ];

  it.each([
    ['all are there', present, []],
    ['one is missing', present.slice(0, 2), ['by_c missing']],
    [
      'one is not unique',
      [{ ...present[1], unique: false }, present[2]!],
      ['a_1_b_-1 other than it should be: unique'],
    ],
    [
      'one has other fields',
      [present[1]!, { ...present[2], key: { d: 1 } }],
      ['by_c other than it should be: key'],
    ],
    [
      'one has fields in another order',
      [{ key: { b: -1, a: 1 }, name: 'b_-1_a_1', unique: true }, present[2]!],
      ['a_1_b_-1 missing'],
    ],
  ])('%s', (_case, found, expected) => {
    expect(compareIndexes(wanted, found).map(({ name, problem }) => `${name} ${problem}`)).toEqual(expected);
  });
});
