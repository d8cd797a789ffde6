import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashOf, issueRefreshToken, readRefreshToken, successorOf } from './refresh-token';

const KEY = 'a key of more than thirty-two bytes, for tests';

describe('refresh tokens', () => {
  const sessionId = randomUUID();
  const token = issueRefreshToken(KEY, sessionId);

  it('carry their session and are known by their hash', () => {
    expect(readRefreshToken(KEY, token)).toEqual({ sessionId, hash: hashOf(token) });
  });

  it('differ, also within one session', () => {
    expect(issueRefreshToken(KEY, sessionId)).not.toBe(token);
  });

  it('have one successor, in the same session', () => {
    const next = successorOf(KEY, token);
    expect(next).toBe(successorOf(KEY, token));
    expect(next).not.toBe(token);
    expect(readRefreshToken(KEY, next)?.sessionId).toBe(sessionId);
    expect(successorOf(KEY, next)).not.toBe(next);
  });

  it('have a successor that only the key tells', () => {
    const other = 'another key of more than thirty-two bytes';
    expect(() => successorOf(other, token)).toThrow(TypeError);
  });

  it.each([
    ['empty', ''],
    ['short', token.slice(0, -2)],
    ['long', `${token}AA`],
    ['invented', Buffer.alloc(64, 7).toString('base64url')],
    ['altered', `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`],
    ['spelled otherwise', `${token}==`],
    ['of another key', issueRefreshToken('another key', sessionId)],
  ])('%s: not ours', (_name, value) => expect(readRefreshToken(KEY, value)).toBeNull());
});
