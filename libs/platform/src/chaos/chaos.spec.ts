import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../config/config-error';
import { isCutOff, sendings, spoil } from './bad-lines';
import { armCrash, crashAt, isArmed } from './crash-points';
import { obeySwitches } from './switches';

const MANY = 2_000;
const many = () => Array.from({ length: MANY }, () => sendings('bus'));

describe('switches', () => {
  it.each(['production', 'development', undefined])('are refused when NODE_ENV is %s', (NODE_ENV) => {
    expect(() => obeySwitches({ NODE_ENV, CHAOS_SWITCHES: '/tmp' })).toThrow(ConfigError);
  });

  it('change nothing where nobody has set them', () => {
    const before = process.listenerCount('SIGUSR2');
    obeySwitches({ NODE_ENV: 'production' });
    expect(process.listenerCount('SIGUSR2')).toBe(before);
    crashAt('after-insert');
    expect(isArmed('after-insert')).toBe(false);
    expect(sendings('bus')).toEqual([0]);
    expect(isCutOff('bus')).toBe(false);
  });
});

describe('a bad line', () => {
  afterEach(() => {
    spoil('bus', { forMs: -1 });
    armCrash(undefined);
  });

  it('loses, doubles and holds back as often as it shall', () => {
    spoil('bus', { forMs: 60_000, drop: 20, double: 30, hold: 50 });
    const tries = many();
    const sent = tries.filter(({ length }) => length > 0);
    expect(sent.length / MANY).toBeCloseTo(0.8, 1);
    expect(sent.filter(({ length }) => length === 2).length / sent.length).toBeCloseTo(0.3, 1);
    const pauses = sent.flat();
    expect(pauses.filter((ms) => ms > 0).length / pauses.length).toBeCloseTo(0.5, 1);
    expect(sendings('events')).toEqual([0]);
  });

  it('that is cut off lets nothing out or in, until its time is over', () => {
    spoil('bus', { forMs: 60_000, apart: true });
    expect(many().flat()).toEqual([]);
    expect(isCutOff('bus')).toBe(true);
    spoil('bus', { forMs: -1, apart: true });
    expect(sendings('bus')).toEqual([0]);
    expect(isCutOff('bus')).toBe(false);
  });
});
