import { badRequest } from '@app/contracts';
import { isCommonPassword } from './common-passwords';

/** What a guesser tries first. Throws BAD_REQUEST naming `field`; its length is the contract's business. */
export function refuseGuessable(
  field: string,
  password: string,
  { username, email }: { username: string; email: string },
): void {
  const guess = folded(password);
  if (guess === folded(username)) throw badRequest(field, 'must not be the username');
  if (guess === folded(email)) throw badRequest(field, 'must not be the email');
  if (isCommonPassword(password))
    throw badRequest(field, 'is one of the most common passwords, choose another');
}

/** Passwords come composed (NFKC), names may not. */
const folded = (text: string) => text.normalize('NFKC').toLowerCase();
