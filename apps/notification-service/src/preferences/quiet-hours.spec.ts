import { describe, expect, it } from 'vitest';
import { isWithin } from './quiet-hours';

const NIGHT = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };

describe('hours in which somebody is not disturbed', () => {
  it.each([
    // Winter: UTC+1.
    ['2026-01-10T20:59:59.999Z', false],
    ['2026-01-10T21:00:00.000Z', true],
    ['2026-01-10T23:30:00.000Z', true],
    ['2026-01-11T05:59:59.999Z', true],
    ['2026-01-11T06:00:00.000Z', false],
    // Summer: UTC+2.
    ['2026-07-10T19:59:00.000Z', false],
    ['2026-07-10T20:00:00.000Z', true],
    ['2026-07-11T04:59:00.000Z', true],
    ['2026-07-11T05:00:00.000Z', false],
    // The night in which the clocks are put forward, and the one in which they are put back.
    ['2026-03-29T04:59:00.000Z', true],
    ['2026-03-29T05:00:00.000Z', false],
    ['2026-10-25T05:59:00.000Z', true],
    ['2026-10-25T06:00:00.000Z', false],
  ])('over midnight, in Berlin, at %s: %s', (at, expected) =>
    expect(isWithin(NIGHT, new Date(at))).toBe(expected),
  );

  it('that the clock skips or repeats are skipped and repeated', () => {
    const small = { from: '02:15', to: '02:45', timeZone: 'Europe/Berlin' };
    const at = (time: string) => isWithin(small, new Date(time));
    // From 01:59 to 03:00.
    expect([at('2026-03-29T00:59:00.000Z'), at('2026-03-29T01:00:00.000Z')]).toEqual([false, false]);
    // 02:30 twice.
    expect([at('2026-10-25T00:30:00.000Z'), at('2026-10-25T01:30:00.000Z')]).toEqual([true, true]);
  });

  it.each([
    ['Asia/Kathmandu', '2026-01-10T06:15:00.000Z', true],
    ['Asia/Kathmandu', '2026-01-10T06:14:00.000Z', false],
    ['America/New_York', '2026-01-10T17:00:00.000Z', true],
    ['Pacific/Kiritimati', '2026-01-09T22:00:00.000Z', true],
    ['UTC', '2026-01-10T13:00:00.000Z', false],
  ])('within a day, in %s at %s: %s', (timeZone, at, expected) =>
    expect(isWithin({ from: '12:00', to: '13:00', timeZone }, new Date(at))).toBe(expected),
  );

  it('are all of them when they end where they begin', () =>
    expect(isWithin({ ...NIGHT, to: '22:00' }, new Date('2026-01-10T12:00:00.000Z'))).toBe(true));
});
