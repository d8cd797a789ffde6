import { randomBytes } from 'node:crypto';

/** The salt of hashes that no password belongs to. */
const MARK = base64(Buffer.from('no password here'));
const DIGEST_BYTES = 32;

/**
 * What stands in place of a hash when an account has no password. It has the form of any other, so that checking a
 * guess takes as long; what it says is random, so that no guess is right.
 */
export const noPassword = (): string =>
  `$argon2id$v=19$m=19456,t=2,p=1$${MARK}$${base64(randomBytes(DIGEST_BYTES))}`;

export const isNoPassword = (stored: string): boolean => stored.split('$')[4] === MARK;

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
