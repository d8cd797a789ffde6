import { AppError } from '@app/contracts';
import { badTokens } from '@app/testing';
import { JwtService } from '@nestjs/jwt';
import { describe, expect, it } from 'vitest';
import { AccessTokens, TOKEN_RULES } from './access-tokens';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const jwt = new JwtService({ secret: SECRET });
const tokens = new AccessTokens(jwt);
const alice = { userId: 7, username: 'alice', sessionId: 's-1', roles: ['admin'] };

function codeOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('an access token', () => {
  it('tells who calls, and until when', () => {
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    const { expiresAt, ...principal } = tokens.verify(tokens.sign(alice, 60));
    expect(principal).toEqual(alice);
    expect(expiresAt - before).toBeGreaterThanOrEqual(60_000);
    expect(expiresAt - before).toBeLessThan(70_000);
  });

  it.each(['', 'Bearer ', 'bearer '])('is taken with the prefix "%s"', (prefix) => {
    expect(tokens.verify(prefix + tokens.sign(alice, 60)).userId).toBe(7);
  });

  it.each(Object.entries(badTokens(SECRET, { id: 7, username: 'alice' })))(
    'is refused: %s',
    (_what, token) => {
      expect(codeOf(() => tokens.verify(token))).toBe('AUTH_INVALID');
    },
  );

  it.each([undefined, null, 7, {}, ['x']])('is refused when it is %j', (token) => {
    expect(codeOf(() => tokens.verify(token))).toBe('AUTH_INVALID');
  });

  it.each(['0', '-1', '1.5', 'alice', '9007199254740993', ''])('is refused for a user "%s"', (subject) => {
    const { issuer, audience, accessType: typ } = TOKEN_RULES;
    const payload = { sid: 's', ...(subject && { sub: subject }) };
    const token = jwt.sign(payload, { issuer, audience, expiresIn: 60, header: { alg: 'HS256', typ } });
    expect(codeOf(() => tokens.verify(token))).toBe('AUTH_INVALID');
  });
});

describe('a token of a service', () => {
  const token = tokens.signService('chat-service', 'user-service');

  it('opens the service that it was made for, and no other', () => {
    expect(codeOf(() => tokens.verifyService(token, 'user-service'))).toBe('accepted');
    expect(codeOf(() => tokens.verifyService(token, 'notification-service'))).toBe('AUTH_INVALID');
  });

  it('is no access token, and an access token is none', () => {
    expect(codeOf(() => tokens.verify(token))).toBe('AUTH_INVALID');
    const forUsers = tokens.signService('chat-service', TOKEN_RULES.audience);
    expect(codeOf(() => tokens.verify(forUsers))).toBe('AUTH_INVALID');
    expect(codeOf(() => tokens.verifyService(tokens.sign(alice, 60), 'user-service'))).toBe('AUTH_INVALID');
    expect(codeOf(() => tokens.verifyService(tokens.sign(alice, 60), TOKEN_RULES.audience))).toBe(
      'AUTH_INVALID',
    );
  });

  it('lives for a minute', () => {
    const { exp, iat } = jwt.decode<{ exp: number; iat: number }>(token);
    expect(exp - iat).toBe(60);
  });
});
