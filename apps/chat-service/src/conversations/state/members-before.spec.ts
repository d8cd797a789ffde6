import type { SystemAction } from '@app/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyControl } from './apply-control';
import type { ControlChange, ConversationState } from './conversation-state';
import { membersBefore } from './members-before';

const beginning = {
  id: 'c',
  participants: [1, 2, 3],
  adminId: 1,
  moderatorIds: [],
  codeEv: 0,
  ev: 0,
} as unknown as ConversationState;

const step = fc.record({
  action: fc.constantFrom<SystemAction>(
    'member-added',
    'member-joined',
    'member-removed',
    'member-left',
    'code-rotated',
  ),
  userId: fc.integer({ min: 1, max: 6 }),
});

/** Only what changes something, as the log holds it: nobody is added who is there. */
function storyOf(steps: { action: SystemAction; userId: number }[]) {
  const changes: ControlChange[] = [];
  const states = [beginning];
  for (const { action, userId } of steps) {
    const state = states.at(-1)!;
    const isIn = state.participants.includes(userId);
    if (action !== 'code-rotated' && isIn === (action === 'member-added' || action === 'member-joined'))
      continue;
    const place = { ev: state.ev + 3, previous: state.ev, seq: 1, at: new Date(), actorId: 1 };
    const change = { ...place, system: { action, userIds: action === 'code-rotated' ? [] : [userId] } };
    changes.push(change);
    states.push(applyControl(state, change));
  }
  return { changes, states };
}

describe('who was in a conversation before', () => {
  it('is found from any later state', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { changes, states } = storyOf(steps);
        for (const [before, { participants }] of states.entries())
          for (const later of states.slice(before))
            expect(membersBefore(later, changes.slice(before))).toEqual(participants);
      }),
    );
  });
});
