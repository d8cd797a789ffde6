import { AUDIENCES } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { STRANGERS } from '../people/pair';
import { asSeen, isHidden } from './visibility';

const here = { userId: 1, online: true, lastSeen: Date.parse('2026-01-01T00:00:00.000Z'), changedAt: 1 };
const time = '2026-01-01T00:00:00.000Z';

const VIEWERS = {
  stranger: STRANGERS,
  contact: { contacts: true, blockers: [] },
  'blocked by the other': { contacts: true, blockers: [1] },
  'who blocks the other': { contacts: true, blockers: [2] },
};

/** Who sees what is open to this audience. */
const SEES: Record<(typeof AUDIENCES)[number], string[]> = {
  everyone: ['stranger', 'contact'],
  contacts: ['contact'],
  nobody: [],
};

const cases = AUDIENCES.flatMap((presence) =>
  AUDIENCES.flatMap((lastSeen) =>
    Object.entries(VIEWERS).map(([viewer, pair]) => ({ presence, lastSeen, viewer, pair })),
  ),
);

describe('what others see', () => {
  it.each(cases)(
    'presence for $presence, last seen for $lastSeen: $viewer',
    ({ presence, lastSeen, viewer, pair }) => {
      const privacy = { presence, lastSeen, readReceipts: true };
      const seen = {
        userId: 1,
        online: SEES[presence].includes(viewer),
        lastSeen: SEES[lastSeen].includes(viewer) ? time : null,
      };
      expect(asSeen(here, privacy, pair)).toEqual(seen);
      expect(isHidden(privacy, pair)).toBe(!seen.online && seen.lastSeen === null);
    },
  );

  it('of somebody who was never here is nothing', () => {
    const never = { userId: 1, online: false, lastSeen: 0, changedAt: 0 };
    const privacy = { presence: 'everyone', lastSeen: 'everyone', readReceipts: true } as const;
    expect(asSeen(never, privacy, STRANGERS)).toEqual({ userId: 1, online: false, lastSeen: null });
  });
});
