import { describe, expect, it } from 'vitest';
import { isNamed, oneSpelling, signInName } from './sign-in-name';

const account = { username: 'alice', email: 'alice@example.com' };
const form = { password: 'correct horse' };

describe('the name at sign-in', () => {
  it.each([
    ['the email', { email: 'alice@example.com' }, 'alice@example.com'],
    ['the username, when the email is empty', { email: '', username: 'alice' }, 'alice'],
    ['composed characters', { username: 'zoe\u0308' }, 'zo\u00eb'],
  ])('is %s', (_what, given, name) => expect(signInName({ ...form, ...given })).toBe(name));

  it('is needed', () =>
    expect(() => signInName(form)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' })));

  it.each([
    ['alice', true],
    ['ALICE', true],
    ['Alice@Example.com', true],
    ['bob', false],
    // PostgreSQL may take this İ for an i, so it would find alice; counted, it would be another name.
    ['al\u0130ce', false],
  ])('%s names alice: %s; one that does shares her spelling', (name, named) => {
    expect(isNamed(account, name)).toBe(named);
    const spellings = [account.username, account.email].map(oneSpelling);
    expect(spellings.includes(oneSpelling(name))).toBe(named);
  });
});
