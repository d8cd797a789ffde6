import { AppError } from '@app/contracts';
import { badTokens, forge, goodParts } from '@app/testing';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { AccessTokens } from './access-tokens';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const tokens = AccessTokens.withSecret(SECRET);
const alice = { userId: 7, username: 'alice', sessionId: 's-1', roles: ['admin'] };

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('an access token', () => {
  it('tells who calls, and until when', async () => {
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    const { expiresAt, ...principal } = await tokens.verify(await tokens.sign(alice, 60));
    expect(principal).toEqual(alice);
    expect(expiresAt - before).toBeGreaterThanOrEqual(60_000);
    expect(expiresAt - before).toBeLessThan(70_000);
  });

  it.each(['', 'Bearer ', 'bearer '])('is taken with the prefix "%s"', async (prefix) => {
    expect((await tokens.verify(prefix + (await tokens.sign(alice, 60)))).userId).toBe(7);
  });

  it.each(Object.entries(badTokens(SECRET, { id: 7, username: 'alice' })))(
    'is refused: %s',
    async (_what, token) => {
      expect(await codeOf(tokens.verify(token))).toBe('AUTH_INVALID');
    },
  );

  it.each([undefined, null, 7, {}, ['x']])('is refused when it is %j', async (token) => {
    expect(await codeOf(tokens.verify(token))).toBe('AUTH_INVALID');
  });

  it.each(['0', '-1', '1.5', 'alice', '9007199254740993', '', '01', ' 7', 7])(
    'is refused for a user %j',
    async (sub) => {
      const { header, payload } = goodParts({ id: 7, username: 'alice' });
      expect(await codeOf(tokens.verify(forge({ header, payload: { ...payload, sub } }, SECRET)))).toBe(
        'AUTH_INVALID',
      );
    },
  );
});

describe('a token of a service', () => {
  const token = () => tokens.signService('chat-service', 'user-service');

  it('opens the service that it was made for, and no other', async () => {
    expect(await codeOf(tokens.verifyService(await token(), 'user-service'))).toBe('accepted');
    expect(await codeOf(tokens.verifyService(await token(), 'notification-service'))).toBe('AUTH_INVALID');
  });

  it('is no access token, and an access token is none', async () => {
    expect(await codeOf(tokens.verify(await token()))).toBe('AUTH_INVALID');
    const forUsers = await tokens.signService('chat-service', 'chat-backend');
    expect(await codeOf(tokens.verify(forUsers))).toBe('AUTH_INVALID');
    const access = await tokens.sign(alice, 60);
    expect(await codeOf(tokens.verifyService(access, 'user-service'))).toBe('AUTH_INVALID');
    expect(await codeOf(tokens.verifyService(access, 'chat-backend'))).toBe('AUTH_INVALID');
  });

  it('lives for a minute', async () => {
    const { exp = 0, iat = 0 } = decodeJwt(await token());
    expect(exp - iat).toBe(60);
  });
});
