import { describe, expect, it } from 'vitest';
import { parseTarget, sessionOf } from './path';

describe('parseTarget', () => {
  it.each([
    ['/', '/', ''],
    ['/users/7?x=1', '/users/7', '?x=1'],
    ['/users?search=a/../b;c%2f', '/users', '?search=a/../b;c%2f'],
    ['/files/a%20b.tar.gz', '/files/a%20b.tar.gz', ''],
  ])('splits %s', (target, path, query) => expect(parseTarget(target)).toEqual({ path, query }));

  it.each([
    '',
    'users',
    '*',
    '//host',
    'http://host/',
    '/a//b',
    '/a/..',
    '/../a',
    '/a/./b',
    '/a;b',
    '/a%2Fb',
    '/a%2eb',
    '/a%5Cb',
    '/a%252fb',
    '/a%0',
    '/a\\b',
  ])('refuses "%s"', (target) => expect(() => parseTarget(target)).toThrow(/path must be/));
});

describe('sessionOf', () => {
  it.each([
    ['?EIO=4&transport=polling&sid=chat-1.abc_-', 'chat-1.abc_-'],
    ['?sid=x&t=1', 'x'],
    ['?EIO=4', undefined],
    ['?notsid=x', undefined],
    ['?sid=', undefined],
    ['', undefined],
  ])('%s', (query, sid) => expect(sessionOf(query)).toBe(sid));
});
