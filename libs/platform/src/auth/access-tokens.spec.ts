import { AppError } from '@app/contracts';
import { badTokens, forge, goodParts } from '@app/testing';
import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AccessTokens } from './access-tokens';
import { RevokedSessions } from './revoked-sessions';
import { SharedSecret } from './token-keys';

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

describe('a token that was verified before', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is not verified again for a minute, and then it is', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const keys = new SharedSecret(SECRET);
    const find = vi.spyOn(keys, 'find');
    const settings = { issuer: 'chat-backend', audience: 'chat-backend', serviceSecret: SECRET, keys };
    const verifier = new AccessTokens(settings, new RevokedSessions());
    const token = await verifier.sign(alice, 600);
    for (let i = 0; i < 5; i++) await verifier.verify(token);
    expect(find).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60_001);
    await verifier.verify(token);
    expect(find).toHaveBeenCalledTimes(2);
  });

  it('is refused when it has expired, and when its session has ended', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const revoked = new RevokedSessions();
    const keys = new SharedSecret(SECRET);
    const settings = { issuer: 'chat-backend', audience: 'chat-backend', serviceSecret: SECRET, keys };
    const verifier = new AccessTokens(settings, revoked);
    const short = await verifier.sign(alice, 10);
    await verifier.verify(short);
    vi.advanceTimersByTime(15_001);
    expect(await codeOf(verifier.verify(short))).toBe('AUTH_INVALID');

    const long = await verifier.sign(alice, 600);
    await verifier.verify(long);
    const now = new Date().toISOString();
    revoked.add({ userId: 7, sessionIds: [alice.sessionId], reason: 'logout', at: now, until: now });
    expect(await codeOf(verifier.verify(long))).toBe('AUTH_INVALID');
  });
});
