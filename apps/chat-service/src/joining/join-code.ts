import { randomInt } from 'node:crypto';

/** Letters and digits that nobody takes for another one: neither 0 and O nor 1, I and L, and not U, which is heard as V. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 6;

export const newJoinCode = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** One spelling; undefined for what cannot be a code. */
export function normaliseCode(code: string): string | undefined {
  // By the letters as they came: some become two when they are made large.
  const upper = code.length === LENGTH ? code.toUpperCase() : '';
  return upper.length === LENGTH && [...upper].every((letter) => ALPHABET.includes(letter))
    ? upper
    : undefined;
}
