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

type Claims = Record<string, unknown>;

/**
 * What ID token and userinfo say together; where they differ, userinfo has it from today. Address and confirmation are of the
 * same source: that one of them confirms some address says nothing about the address of the other.
 */
export function joinClaims(idToken: Claims, userinfo: Claims): Claims {
  const source = [userinfo, idToken].find(
    ({ email, email_verified }) => email !== undefined && email_verified !== undefined,
  );
  return {
    ...idToken,
    ...userinfo,
    email: source?.email,
    email_verified: source?.email_verified,
  };
}

/** Takes from the claims what is of the right kind; `email_verified` must be true itself, not something like it. */
export const identityOf = (issuer: string, subject: string, claims: Claims): Identity => ({
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
