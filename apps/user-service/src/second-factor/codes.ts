import { randomInt } from 'node:crypto';

/** Without letters and digits that look alike. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';
const COUNT = 10;
const GROUPS = 3;
const GROUP_LENGTH = 4;

/** What somebody typed in, told apart by its form: six digits are of an app. */
export type Code = { kind: 'totp' | 'recovery'; text: string };

export function readCode(typed: string): Code {
  const text = typed.replace(/[ -]/g, '').toLowerCase();
  return { kind: /^\d{6}$/.test(text) ? 'totp' : 'recovery', text };
}

/** Ten codes as they are shown: `7k2d-p9xq-4mzt`, 59 bits each. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: COUNT }, () => Array.from({ length: GROUPS }, newGroup).join('-'));

const newGroup = () =>
  Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
