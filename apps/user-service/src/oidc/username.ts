import { randomBytes, randomInt } from 'node:crypto';

const SHORTEST = 3;
/** Leaves room for what makes it unique; usernames have 50 characters at most. */
const LONGEST = 40;
const NUMBERED = 5;

/** Usernames to try, one after the other: what the provider suggests, the same with a number, and one that nobody has. */
export function usernameCandidates(suggested: string | null, email: string): string[] {
  const [base = 'user'] = [suggested, email, 'user'].map(plain).filter((name) => name.length >= SHORTEST);
  const numbered = Array.from({ length: NUMBERED }, () => `${base}-${randomInt(1_000, 10_000)}`);
  return [base, ...numbered, `user-${randomBytes(8).toString('hex')}`];
}

/** An address gives what stands before its `@`. */
const plain = (text: string | null) =>
  [
    ...(text ?? '')
      .normalize('NFC')
      .replace(/@.*$/s, '')
      .replace(/[^\p{L}\p{N}._-]/gu, ''),
  ]
    .slice(0, LONGEST)
    .join('');
