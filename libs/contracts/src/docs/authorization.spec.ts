import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { routes } from '../registry';
import { buildAuthorization, CALLERS, verdictOf, type Caller } from './authorization';

const named = routes.map((each) => [`${each.method} ${each.path}`, each] as const);
const committed = readFileSync(join(__dirname, '../../../../docs/authorization.md'), 'utf8');

/** A row of the committed table, by caller. */
function rowOf(name: string): Record<string, string> {
  const cells = committed
    .split('\n')
    .map((line) => line.split(' | '))
    .find(([first]) => first === `| \`${name}\``);
  return Object.fromEntries(CALLERS.map((caller, at) => [caller, (cells?.[at + 1] ?? '').replace(' |', '')]));
}

describe('docs/authorization.md', () => {
  it('is committed as the contracts say', () => {
    expect(committed.slice(committed.indexOf('\n\n') + 2)).toBe(buildAuthorization(routes));
  });

  it.each(named)('has one row for %s', (name) => {
    expect(committed.split(`| \`${name}\` |`)).toHaveLength(2);
    for (const cell of Object.values(rowOf(name))) expect(['in', '401', '403']).toContain(cell);
  });
});

/** What must hold whatever the contracts say: each is a decision, and a new exception is one, too. */
describe('the rules behind the table', () => {
  it('only signing in, the state of processes, and files and the end of digests by addresses that nobody can guess are public', () => {
    const open = routes.filter(({ access }) => access === 'public').map(({ path }) => path);
    expect(
      open.filter((path) => !/^\/(auth|health|avatars|file-links|unsubscribe)(\/|$)/.test(path)),
    ).toEqual([]);
  });

  it('what is for services is under /internal, and nothing else is', () => {
    for (const { access, path } of routes)
      expect(access === 'service', path).toBe(path.startsWith('/internal/'));
  });

  it('roles, the security log, and what one does to others are for admins', () => {
    const administrative = /^(\/roles|\/audit|\/users\/:id\/(roles|suspend|activate))(\/|$)/;
    for (const [name, { path, method }] of named) {
      const changesAnother = method !== 'GET' && /^\/users\/:id(\/|$)/.test(path);
      if (!administrative.test(path) && !changesAnother) continue;
      const row = rowOf(name);
      expect([row.anonymous, row.gone, row.member, row.moderator, row.admin], name).toEqual([
        '401',
        '401',
        '403',
        '403',
        'in',
      ]);
    }
  });

  it('nobody is let in without a live session where users are meant', () => {
    for (const [name, { access }] of named) {
      if (access !== 'user') continue;
      const row = rowOf(name);
      expect([row.anonymous, row.gone, row.service], name).toEqual(['401', '401', '401']);
    }
  });
});

describe('verdictOf', () => {
  const make = (change: object) =>
    route('GET /things/:id', {
      tag: 'users',
      summary: 'A thing.',
      access: 'user',
      result: one(EmptyDto),
      example: { result: {} },
      ...change,
    });
  const verdicts = (change: object) =>
    CALLERS.map((caller: Caller) => verdictOf(make(change), caller)).join(' ');

  it.each([
    [{ access: 'public' }, 'in in in in in in in'],
    [{ access: 'service' }, '401 401 401 401 401 401 in'],
    [{}, '401 401 in in in in 401'],
    [{ roles: ['admin'] }, '401 401 403 403 403 in 401'],
    [{ roles: ['admin', 'moderator'] }, '401 401 403 403 in in 401'],
    [{ roles: ['admin'], orSelf: 'id' }, '401 401 403 in 403 in 401'],
    [{ roles: ['member'] }, '401 401 in in 403 403 401'],
  ])('%j', (change, expected) => expect(verdicts(change)).toBe(expected));

  it.each([
    [{ access: 'public', roles: ['admin'] }],
    [{ roles: ['support'] }],
    [{ orSelf: 'id' }],
    [{ roles: ['admin'], orSelf: 'userId' }],
  ])('refuses a contract that makes no sense: %j', (change) => {
    expect(() => verdicts(change)).toThrow('GET /things/:id');
  });
});
