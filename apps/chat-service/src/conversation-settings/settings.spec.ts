import { describe, expect, it } from 'vitest';
import { isMuted, toSettingsDto } from './settings';

const now = new Date('2026-01-01T12:00:00.000Z');
const [before, after] = [new Date(now.getTime() - 1), new Date(now.getTime() + 1)];

describe('isMuted', () => {
  it.each([
    [{}, false],
    [{ muted: false }, false],
    [{ muted: true }, true],
    [{ muted: true, muted_until: null }, true],
    [{ muted: true, muted_until: after }, true],
    [{ muted: true, muted_until: now }, false],
    [{ muted: true, muted_until: before }, false],
    [{ muted: false, muted_until: after }, false],
  ])('%j: %s', (settings, expected) => expect(isMuted(settings, now)).toBe(expected));
});

describe('toSettingsDto', () => {
  it('is complete when nothing was ever set', () => {
    const nothing = {
      muted: false,
      mutedUntil: null,
      notify: 'all',
      pinned: false,
      archived: false,
      nicknames: {},
    };
    expect(toSettingsDto({}, now)).toEqual(nothing);
  });

  it('says nothing of a mute that has ended', () => {
    expect(toSettingsDto({ muted: true, muted_until: before }, now)).toMatchObject({
      muted: false,
      mutedUntil: null,
    });
    expect(toSettingsDto({ muted: true, muted_until: after }, now).mutedUntil).toBe(after.toISOString());
  });
});
