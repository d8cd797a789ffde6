import { Secret, TOTP } from 'otpauth';

/** What every authenticator app understands (RFC 6238). */
const PERIOD_MS = 30_000;
const SECRET_BYTES = 20;
/** Steps that a phone's clock may be off. */
const WINDOW = 1;

export const newSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/** `otpauth://…` as apps read it from a QR code. */
export const uriOf = (secret: string, issuer: string, label: string): string =>
  new TOTP({ secret, issuer, label }).toString();

/** The step of time that the code belongs to; null when it belongs to none near `nowMs`. */
export function stepOf(secret: string, code: string, nowMs: number): number | null {
  const delta = new TOTP({ secret }).validate({ token: code, timestamp: nowMs, window: WINDOW });
  return delta === null ? null : Math.floor(nowMs / PERIOD_MS) + delta;
}
