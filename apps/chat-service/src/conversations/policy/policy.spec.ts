import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge, sendingIn, verdictOf } from './policy';
import { buildPolicy } from './policy-document';
import { RULES, type Action, type Verdict } from './rules';
import { situationIn, type Particulars, type Situation } from './situation';

/**
 * What is expected, written by hand: y allowed, F forbidden, C conflict, - unseen.
 * Private: accepted | pending: who asked, who was asked | declined: who asked, who was asked | a block.
 * Group and channel: member, moderator, admin. Last: strangers of a private conversation, a group, a channel.
 */
const EXPECTED = `
                            private        group  channel  stranger
  see                       y  yy yy  y    yyy    yyy      ---
  mark-read                 y  yy yy  y    yyy    yyy      ---
  enter-room                y  yy yy  y    yyy    yyy      ---
  exit-room                 y  yy yy  y    yyy    yyy      ---
  delete-for-me             y  yy yy  y    yyy    yyy      ---
  set-preferences           y  yy yy  y    yyy    yyy      ---
  draft                     y  yy yy  y    yyy    yyy      ---
  forward-from              y  yy yy  y    yyy    yyy      ---
  unreact                   y  yy yy  y    yyy    yyy      ---
  clear                     y  yy yy  y    CCC    CCC      ---
  send                      y  FF FF  F    yyy    yyy      ---
  introduce                 y  yF FF  F    yyy    yyy      ---
  forward-to                y  FF FF  F    yyy    yyy      ---
  schedule                  y  FF FF  F    yyy    yyy      ---
  react                     y  FF FF  F    yyy    yyy      ---
  type                      y  FF FF  F    yyy    yyy      ---
  tell-reading              y  FF FF  F    yyy    yyy      ---
  mention-all               y  FF FF  F    yyy    Fyy      ---
  pin                       y  FF FF  F    yyy    Fyy      ---
  edit:own                  y  yF FF  F    yyy    yyy      ---
  edit:other                F  FF FF  F    FFF    FFF      ---
  delete-message:own        y  yy yy  y    yyy    yyy      ---
  delete-message:other      F  FF FF  F    Fyy    Fyy      ---
  accept                    y  Fy Fy  F    CCC    CCC      ---
  decline                   C  Fy Fy  F    CCC    CCC      ---
  add-member                C  CC CC  C    Fyy    Fyy      ---
  remove-member:member      C  CC CC  C    Fyy    Fyy      ---
  remove-member:moderator   C  CC CC  C    FFy    FFy      ---
  remove-member:admin       C  CC CC  C    FFC    FFC      ---
  leave:alone               C  CC CC  C    yyy    yyy      ---
  leave:among-others        C  CC CC  C    yyC    yyC      ---
  promote:member            C  CC CC  C    FFy    FFy      ---
  promote:moderator         C  CC CC  C    FFy    FFy      ---
  promote:admin             C  CC CC  C    FFC    FFC      ---
  demote:member             C  CC CC  C    FFy    FFy      ---
  demote:moderator          C  CC CC  C    FFy    FFy      ---
  demote:admin              C  CC CC  C    FFC    FFC      ---
  demote:oneself            C  CC CC  C    FyC    FyC      ---
  hand-over                 C  CC CC  C    FFy    FFy      ---
  update                    C  CC CC  C    Fyy    Fyy      ---
  delete-conversation       C  CC CC  C    FFy    FFy      ---
  rotate-code               C  CC CC  C    Fyy    Fyy      ---
  invite                    C  CC CC  C    Fyy    Fyy      ---
  set-disappearing          y  FF FF  F    Fyy    Fyy      ---
  discover                  y  yy yy  y    yyy    yyy      --y
  join-channel              C  CC CC  C    CCC    yyy      --y
  join-by-code              C  CC CC  C    yyy    yyy      -yy
`;

const MEANING: Record<string, Verdict> = { y: 'allowed', F: 'forbidden', C: 'conflict', '-': 'unseen' };

const PARTICULARS: Record<string, Particulars & { isAlone?: boolean }> = {
  own: { isOwn: true },
  other: { isOwn: false },
  member: { targetRole: 'member' },
  moderator: { targetRole: 'moderator' },
  admin: { targetRole: 'admin' },
  alone: { isAlone: true },
  'among-others': { isAlone: false },
};

interface Row {
  name: string;
  action: Action;
  about: Partial<Situation> | 'oneself';
  /** One letter for each column. */
  letters: string;
}

const rows: Row[] = EXPECTED.trim()
  .split('\n')
  .slice(1)
  .map((text) => {
    const [name = '', ...letters] = text.trim().split(/\s+/);
    const [action = '', about = ''] = name.split(':');
    return {
      name,
      action: action as Action,
      about: about === 'oneself' ? about : (PARTICULARS[about] ?? {}),
      letters: letters.join(''),
    };
  });

const ROLES = ['member', 'moderator', 'admin', 'stranger'] as const;
const TYPES = ['private', 'group', 'channel'] as const;
const STATUSES = ['pending', 'accepted', 'declined'] as const;
const BOTH = [false, true];

/** Every cell there is. */
const cells: Omit<Situation, keyof Particulars>[] = ROLES.flatMap((role) =>
  TYPES.flatMap((type) =>
    STATUSES.flatMap((status) =>
      BOTH.flatMap((isInitiator) => BOTH.map((isApart) => ({ role, type, status, isInitiator, isApart }))),
    ),
  ),
);

/** Which letter of a row is about the cell. */
function columnOf({ role, type, status, isInitiator, isApart }: (typeof cells)[number]): number {
  if (role === 'stranger') return 12 + TYPES.indexOf(type);
  if (type !== 'private') return (type === 'group' ? 6 : 9) + ROLES.indexOf(role);
  if (isApart) return 5;
  if (status === 'accepted') return 0;
  return (status === 'pending' ? 1 : 3) + (isInitiator ? 0 : 1);
}

describe('the policy', () => {
  it('is stated here for every action', () => {
    expect([...new Set(rows.map(({ action }) => action))].sort()).toEqual(Object.keys(RULES).sort());
    for (const { name, letters } of rows) expect(letters, name).toMatch(/^[yFC-]{15}$/);
  });

  it.each(rows)('says about $name what is expected, in every cell', ({ action, about, letters }) => {
    for (const cell of cells) {
      const particulars =
        about === 'oneself'
          ? { isOwn: true, ...(cell.role !== 'stranger' && { targetRole: cell.role }) }
          : about;
      const situation = { ...cell, ...particulars };
      const expected = MEANING[letters[columnOf(cell)] ?? ''];
      expect(verdictOf(action, situation), JSON.stringify(situation)).toBe(expected);
    }
    expect(cells).toHaveLength(144);
  });

  it('gives a reason with every refusal of what is seen, and with nothing else', () => {
    for (const { action, about } of rows) {
      for (const cell of cells) {
        const { verdict, why } = judge(action, { ...cell, ...(about !== 'oneself' && about) });
        expect(why !== undefined, `${action} ${JSON.stringify(cell)}`).toBe(
          verdict === 'forbidden' || verdict === 'conflict',
        );
      }
    }
  });

  it.each<[Action, Partial<Situation>, string]>([
    ['send', { type: 'private', status: 'pending' }, 'accept the request first'],
    ['send', { type: 'private', status: 'declined', isInitiator: true }, 'the request was declined'],
    ['send', { type: 'private', isApart: true }, 'no messages pass between you and this user'],
    ['leave', { role: 'admin' }, 'the admin cannot leave while others remain: hand over first'],
    ['add-member', {}, 'only moderators and the admin may add members'],
    ['promote', {}, 'only the admin may promote moderators'],
    ['add-member', { type: 'private' }, 'in a private conversation nobody may add members'],
    ['accept', {}, 'in a group nobody may accept a request'],
  ])('explains a refusal of %s: %j', (action, facts, why) => {
    const plain = { role: 'member', type: 'group', status: 'accepted', isInitiator: false, isApart: false };
    expect(judge(action, { ...plain, ...facts } as Situation).why).toBe(why);
  });

  it('refuses when it is not told what it is about', () => {
    const admin = {
      role: 'admin',
      type: 'group',
      status: 'accepted',
      isInitiator: true,
      isApart: false,
    } as const;
    for (const action of ['edit', 'leave', 'remove-member', 'promote', 'demote'] as const)
      expect(verdictOf(action, admin), action).not.toBe('allowed');
    expect(verdictOf('delete-message', { ...admin, role: 'member' })).toBe('forbidden');
  });
});

describe('a situation', () => {
  const state = {
    id: 'f'.repeat(24),
    type: 'channel',
    name: null,
    avatar: null,
    description: null,
    participants: [1, 2, 3],
    adminId: 1,
    moderatorIds: [2],
    status: 'accepted',
    initiatorId: 1,
    disappearAfter: null,
    isDeleted: false,
    codeEv: 0,
    createdAt: new Date(),
    updatedAt: new Date(),
    ev: 0,
  } as const;

  it('is that of the user in the conversation', () => {
    const roles = [1, 2, 3, 4].map((id) => situationIn(state, id, false).role);
    expect(roles).toEqual(['admin', 'moderator', 'member', 'stranger']);
    expect([1, 2].map((id) => situationIn(state, id, false).isInitiator)).toEqual([true, false]);
    expect(situationIn(state, 1, false).isAlone).toBe(false);
    expect(situationIn({ ...state, participants: [1] }, 1, false).isAlone).toBe(true);
    expect(situationIn(state, 2, true, { isOwn: true })).toMatchObject({ isApart: true, isOwn: true });
  });

  it('is that of a stranger once the conversation is deleted, for everybody and everything', () => {
    for (const type of TYPES)
      for (const userId of [1, 2, 3, 4])
        for (const { action } of rows)
          expect(verdictOf(action, situationIn({ ...state, type, isDeleted: true }, userId, false))).toBe(
            'unseen',
          );
  });

  it('makes a message an introduction while the request is pending', () => {
    expect(STATUSES.map((status) => sendingIn({ status }))).toEqual(['introduce', 'send', 'send']);
  });
});

describe('docs/policy.md', () => {
  it('is committed as the policy says', () => {
    const committed = readFileSync(join(__dirname, '../../../../../docs/policy.md'), 'utf8');
    expect(committed.slice(committed.indexOf('\n\n') + 2)).toBe(buildPolicy());
  });
});
