import { badRequest, type LoginDto } from '@app/contracts';

/** The name under which somebody signs in, composed like those that are stored. Throws BAD_REQUEST when there is none. */
export function signInName({ email, username }: LoginDto): string {
  const name = (email || username)?.normalize('NFC');
  if (!name) throw badRequest('email', 'or username is needed');
  return name;
}

/** All spellings that are one name to us have this one in common. */
export const oneSpelling = (name: string) => name.toLowerCase();

/**
 * Whether an account that the database found is the one that was named. Its idea of upper and lower case may be wider
 * than ours; a spelling that only it takes for the same would be counted as another name, and give tries anew.
 */
export const isNamed = (account: { username: string; email: string }, name: string) =>
  oneSpelling(name.includes('@') ? account.email : account.username) === oneSpelling(name);
