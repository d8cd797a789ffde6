import { describe, expect, it } from 'vitest';
import { newJoinCode, normaliseCode } from './join-code';

describe('join codes', () => {
  it('are six characters without look-alikes', () => {
    const codes = Array.from({ length: 2_000 }, newJoinCode);
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{6}$/);
    expect(new Set(codes).size).toBeGreaterThan(1_990);
    expect(new Set(codes.join('')).size).toBe(30);
  });

  it.each([
    ['k7m2qx', 'K7M2QX'],
    ['K7M2QX', 'K7M2QX'],
    ['K7M2Q', undefined],
    ['K7M2QXX', undefined],
    ['K7M2QO', undefined],
    ['K7M2Q1', undefined],
    ['K7M2Q ', undefined],
    ['ﬀ7M2Q', undefined],
    ['.*.*.*', undefined],
  ])('%s is read as %s', (text, code) => expect(normaliseCode(text)).toBe(code));
});
