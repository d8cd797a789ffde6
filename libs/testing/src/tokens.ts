import { JwtService } from '@nestjs/jwt';
import { AccessTokens, TOKEN_RULES } from '@app/platform';

const FIFTEEN_MINUTES = 900;

/** Tokens of every kind that a verifier must refuse, made for a user that exists. */
export function badTokens(secret: string, user: { id: number; username: string }): Record<string, string> {
  const principal = { userId: user.id, username: user.username, sessionId: 'no-such-session', roles: [] };
  const { issuer, audience, accessType: typ } = TOKEN_RULES;
  const good = { sub: String(user.id), sid: principal.sessionId, username: user.username, roles: [] };
  const signed = (key: string, options: object, payload: object = good) =>
    new JwtService({ secret: key }).sign(payload, {
      algorithm: 'HS256',
      issuer,
      audience,
      expiresIn: FIFTEEN_MINUTES,
      header: { alg: 'HS256', typ },
      ...options,
    });
  const valid = new AccessTokens(new JwtService({ secret })).sign(principal, FIFTEEN_MINUTES);
  const [header = '', payload = '', signature = ''] = valid.split('.');
  return {
    'an empty one': '',
    'no token at all': 'not-a-token',
    'an expired one': signed(secret, { expiresIn: -60 }),
    'one signed with another secret': signed('another-secret-that-is-long-enough-0000', {}),
    'one of another issuer': signed(secret, { issuer: 'somebody-else' }),
    'one for another audience': signed(secret, { audience: 'another-service' }),
    'one of another type': signed(secret, { header: { alg: 'HS256', typ: TOKEN_RULES.serviceType } }),
    'one that is not valid yet': signed(secret, { notBefore: 600 }),
    'one with another algorithm': signed(secret, { algorithm: 'HS512', header: { alg: 'HS512', typ } }),
    'one without a signature': `${encode({ alg: 'none', typ })}.${payload}.`,
    'one with a changed payload': `${header}.${encode({ ...good, sub: '1' })}.${signature}`,
    'one without a session': signed(secret, {}, { sub: good.sub, username: good.username }),
    'a huge one': `${header}.${'A'.repeat(8_192)}.${signature}`,
  };
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
