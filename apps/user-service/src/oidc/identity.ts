import { isEmail } from 'class-validator';

/** Somebody as the provider knows them. Issuer and subject together are for ever the same; the rest is what it says today. */
export interface Identity {
  issuer: string;
  subject: string;
  /** Null unless the provider has confirmed it. */
  email: string | null;
  username: string | null;
  fullName: string | null;
}

const LONGEST_EMAIL = 255;
const LONGEST_NAME = 100;

/** Takes from the claims what is of the right kind; `email_verified` must be true itself, not something like it. */
export const identityOf = (issuer: string, subject: string, claims: Record<string, unknown>): Identity => ({
  issuer,
  subject,
  email: claims.email_verified === true ? confirmedEmail(claims.email) : null,
  username: typeof claims.preferred_username === 'string' ? claims.preferred_username : null,
  fullName: plainName(claims.name),
});

const confirmedEmail = (email: unknown) =>
  typeof email === 'string' && email.length <= LONGEST_EMAIL && isEmail(email)
    ? email.normalize('NFC')
    : null;

function plainName(name: unknown): string | null {
  if (typeof name !== 'string') return null;
  const plain = name.replace(/\p{Cc}/gu, '').trim();
  return plain === '' ? null : plain.slice(0, LONGEST_NAME);
}
