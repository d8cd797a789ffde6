import { describe, expect, it } from 'vitest';
import { RateWindow } from './rate-window';

describe('a rate window', () => {
  it('lets through so many for each key, and not one more', () => {
    const window = new RateWindow<string>(2, 60_000);
    for (let time = 0; time < 2; time++) window.spend('alice', 'typing');
    expect(() => window.spend('alice', 'typing')).toThrow(/typing: more than 2 in 60 s/);
    expect(() => window.spend('bob', 'typing')).not.toThrow();
  });
});
