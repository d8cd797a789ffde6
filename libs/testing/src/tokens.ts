import { createHmac, type BinaryLike, type KeyObject } from 'node:crypto';
import { TOKEN_RULES } from '@app/platform';

const FIFTEEN_MINUTES = 900;
const ISSUER = 'chat-backend';
const AUDIENCE = 'chat-backend';

export interface Forged {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
}

/** Any header and any payload under an HMAC: what no library would sign. */
export function forge({ header, payload }: Forged, key: BinaryLike | KeyObject, hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

/** The parts of an access token that is good in every respect, for a session that nobody has. */
export function goodParts(user: { id: number; username: string }): Forged {
  const now = Math.floor(Date.now() / 1_000);
  return {
    header: { alg: 'HS256', typ: TOKEN_RULES.accessType },
    payload: {
      sub: String(user.id),
      sid: 'no-such-session',
      username: user.username,
      roles: [],
      iss: ISSUER,
      aud: AUDIENCE,
      iat: now,
      nbf: now,
      exp: now + FIFTEEN_MINUTES,
    },
  };
}

/** Tokens of every kind that a verifier must refuse, made for a user that exists. */
export function badTokens(secret: string, user: { id: number; username: string }): Record<string, string> {
  const { header, payload } = goodParts(user);
  const now = Number(payload.iat);
  const signed = (change: Partial<Forged>, key = secret, hash?: string) =>
    forge({ header: { ...header, ...change.header }, payload: { ...payload, ...change.payload } }, key, hash);
  const claims = (change: Record<string, unknown>) => signed({ payload: change });
  const [head = '', body = '', signature = ''] = signed({}).split('.');
  return {
    'an empty one': '',
    'no token at all': 'not-a-token',
    'an expired one': claims({ exp: now - 60 }),
    'one signed with another secret': signed({}, 'another-secret-that-is-long-enough-0000'),
    'one of another issuer': claims({ iss: 'somebody-else' }),
    'one for another audience': claims({ aud: 'another-service' }),
    'one of another type': signed({ header: { typ: TOKEN_RULES.serviceType } }),
    'one that is not valid yet': claims({ nbf: now + 600 }),
    'one with another algorithm': signed({ header: { alg: 'HS512' } }, secret, 'sha512'),
    'one without a signature': `${encode({ ...header, alg: 'none' })}.${body}.`,
    'one with a changed payload': `${head}.${encode({ ...payload, sub: String(user.id + 1) })}.${signature}`,
    'one without a session': claims({ sid: undefined }),
    'a huge one': `${head}.${'A'.repeat(8_192)}.${signature}`,
  };
}

export const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
