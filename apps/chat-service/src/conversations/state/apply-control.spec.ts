import { SYSTEM_ACTIONS, type SystemDto } from '@app/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyControl } from './apply-control';
import type { ConversationState } from './conversation-state';

const start: ConversationState = {
  id: '6650f0b1a4b1c2d3e4f50601',
  type: 'group',
  name: 'Team A',
  avatar: null,
  description: null,
  participants: [1, 2, 3],
  adminId: 1,
  moderatorIds: [],
  status: 'accepted',
  initiatorId: 1,
  disappearAfter: null,
  isDeleted: false,
  codeEv: 0,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  ev: 0,
};

const happened = (ev: number, action: SystemDto['action'], userIds: number[] = []) => ({
  ev,
  previous: ev - 1,
  seq: ev,
  at: new Date(ev),
  actorId: 1,
  system: { action, userIds },
});

const after = (...steps: [SystemDto['action'], number[]?][]) =>
  steps.reduce(
    (state, [action, userIds], index) => applyControl(state, happened(index + 1, action, userIds)),
    start,
  );

describe('a change of a conversation', () => {
  it('adds and removes people, who take their role along when they go', () => {
    expect(after(['member-added', [7, 5]]).participants).toEqual([1, 2, 3, 5, 7]);
    const gone = after(['moderator-promoted', [2]], ['member-removed', [2]]);
    expect(gone).toMatchObject({ participants: [1, 3], moderatorIds: [] });
    expect(after(['moderator-promoted', [2]], ['member-removed', [2]], ['member-joined', [2]])).toMatchObject(
      {
        participants: [1, 2, 3],
        moderatorIds: [],
      },
    );
  });

  it('hands over: who was the admin stays as a moderator, or is gone', () => {
    expect(after(['moderator-promoted', [2]], ['admin-changed', [2]])).toMatchObject({
      adminId: 2,
      moderatorIds: [1],
    });
    expect(after(['member-left', [1]], ['admin-changed', [3]])).toMatchObject({
      adminId: 3,
      moderatorIds: [],
    });
  });

  it('sets what it names and nothing else', () => {
    const renamed = applyControl(start, {
      ...happened(4, 'conversation-updated'),
      system: { action: 'conversation-updated', userIds: [], name: 'Team B' },
    });
    expect(renamed).toEqual({ ...start, name: 'Team B', ev: 4, updatedAt: new Date(4) });
  });

  it('whatever happens, members are listed once, in order, and roles are held by members', () => {
    const step = fc.record({
      action: fc.constantFrom(...SYSTEM_ACTIONS),
      userIds: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let state = start;
        steps.forEach(({ action, userIds }, index) => {
          // What the policy lets happen: only members get a role, and the admin does not go without handing over.
          const members = userIds.filter((id) => state.participants.includes(id));
          const isRole = action === 'moderator-promoted' || action === 'admin-changed';
          const isEnd = action === 'member-removed' || action === 'member-left';
          const who = isRole
            ? members.slice(0, 1)
            : isEnd
              ? members.filter((id) => id !== state.adminId)
              : userIds;
          if (isRole && (who.length === 0 || who[0] === state.adminId)) return;
          state = applyControl(state, happened(index + 1, action, who));
          expect(state.participants).toEqual([...new Set(state.participants)].sort((a, b) => a - b));
          for (const id of [state.adminId, ...state.moderatorIds]) expect(state.participants).toContain(id);
          expect(new Set([state.adminId, ...state.moderatorIds]).size).toBe(state.moderatorIds.length + 1);
          expect(state.ev).toBe(index + 1);
        });
      }),
    );
  });
});
