import { listUsers, updateMe, type ListUsersDto } from '@app/contracts';
import { refusalOf, type HttpClient } from '@app/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { searchTextOf } from '../src/users/search-text';
import { signedIn } from './support/people';
import { giveRole, signedInAs } from './support/roles';
import { useUserService } from './support/user-service';

const service = useUserService();

/** username, full name, email, phone, status */
const PEOPLE = [
  ['jose.garcia', 'José García', 'pepe@mail.example', '+34 91 555', 'active'],
  ['hmueller', 'Hans Müller', 'hans@firma.example', null, 'active'],
  ['lodz_fan', 'Łukasz Strauß', 'lukasz@mail.example', null, 'active'],
  ['Soren', 'Søren Ærø', 'soren@mail.example', '+45 1234 5678', 'active'],
  ['josefine', null, 'fine@mail.example', null, 'active'],
  ['banned', 'José Suspended', 'banned@mail.example', null, 'suspended'],
] as const;

let member: HttpClient;
let admin: HttpClient;

const names = (users: { username: string }[]) => users.map(({ username }) => username).sort();
const find = async (caller: HttpClient, search: string) =>
  names(await caller.call(listUsers, { query: { search } }));

beforeAll(async () => {
  for (const [username, fullName, email, phone, status] of PEOPLE) {
    await service().sql(
      `INSERT INTO users (username, full_name, email, phone, status, password_hash, search_text)
       VALUES ($1, $2, $3, $4, $5, 'none', $6)`,
      [username, fullName, email, phone, status, searchTextOf({ username, fullName })],
    );
  }
  member = service().as((await signedIn(service())).accessToken);
  admin = service().as((await signedInAs(service(), 'admin')).accessToken);
});

describe('searching as a member', () => {
  it('for a word longer than any index takes finds nobody, and one as long as a name may be its owner', async () => {
    expect(await find(member, '\u3316'.repeat(128))).toEqual([]);
    const fullName = '\u3316'.repeat(100);
    await member.call(updateMe, { body: { fullName } });
    expect(await find(member, fullName)).toHaveLength(1);
    expect(await find(member, `${fullName}x`)).toEqual([]);
    await member.call(updateMe, { body: { fullName: null } });
  });

  it.each([
    ['jose', ['jose.garcia', 'josefine']],
    ['JOSÉ', ['jose.garcia', 'josefine']],
    ['gar jos', ['jose.garcia']],
    ['mul', ['hmueller']],
    ['müller', ['hmueller']],
    ['łuk', ['lodz_fan']],
    ['lukasz strauss', ['lodz_fan']],
    ['soren aer', ['Soren']],
    ['ørn', []],
    ['fan', ['lodz_fan']],
    ['arcia', []],
    ['jo%', ['jose.garcia', 'josefine']],
    ['%', []],
    ["' | 'x':* --", []],
    ['__', []],
    ['\\', []],
    ['pepe', []],
    ['firma', []],
    ['34915', []],
    ['banned', []],
    ['suspended', []],
  ])('%j finds %j: by the beginnings of words of names, never by email or phone', async (search, found) => {
    expect(await find(member, search)).toEqual([...found].sort());
  });

  it('shows cards', async () => {
    const { data, page } = await member.ask(listUsers, { query: { search: 'jose gar' } });
    expect(data).toEqual([
      { user_id: expect.any(Number), username: 'jose.garcia', full_name: 'José García', avatar_url: null },
    ]);
    expect(page).toEqual({ next: null, total: 1 });
  });

  it.each([['status', 'active'] as const, ['role', 'admin'] as const])(
    'may not filter by %s',
    async (field, value) => {
      const refusal = await refusalOf(member.call(listUsers, { query: { [field]: value } }));
      expect(refusal).toMatchObject({ code: 'FORBIDDEN', status: 403, fields: [field] });
    },
  );
});

describe('searching as an admin', () => {
  it.each([
    ['jose', ['banned', 'jose.garcia', 'josefine']],
    ['pepe@mail.example', ['jose.garcia']],
    ['hans firma', ['hmueller']],
    ['+34 91', ['jose.garcia']],
    ['(45) 1234-56', ['Soren']],
    ['suspended', ['banned']],
  ])('%j finds %j', async (search, found) => {
    expect(await find(admin, search)).toEqual([...found].sort());
  });

  it('shows all fields but secrets', async () => {
    const [soren] = await admin.call(listUsers, { query: { search: 'soren' } });
    expect(Object.keys(soren!).sort()).toEqual(
      'avatar_url created_at email email_verified full_name last_seen phone roles status updated_at user_id username'.split(
        ' ',
      ),
    );
  });

  it('filters by status and by role', async () => {
    expect(names(await admin.call(listUsers, { query: { status: 'suspended' } }))).toEqual(['banned']);
    const [soren] = await admin.call(listUsers, { query: { search: 'soren' } });
    await giveRole(service(), soren!.user_id, 'moderator');
    expect(await admin.call(listUsers, { query: { role: 'moderator' } })).toMatchObject([
      { username: 'Soren', roles: ['moderator'] },
    ]);
    expect(await admin.call(listUsers, { query: { role: 'no-such-role' } })).toEqual([]);
  });
});

describe('paging and sorting', () => {
  /** All pages, by cursor. */
  const walk = async (query: Partial<ListUsersDto>) => {
    const ids: number[] = [];
    for (let cursor: string | undefined; ;) {
      const { data, page } = await admin.ask(listUsers, { query: { ...query, cursor } });
      ids.push(...data.map(({ user_id }) => user_id));
      if (!page?.next) return ids;
      cursor = page.next;
    }
  };

  it.each(['username', 'full_name', 'created_at', 'user_id'] as const)(
    'by %s, both ways, each user once, ties by id',
    async (sortBy) => {
      await service().sql(`UPDATE users SET created_at = '2026-01-01T00:00:00.123Z' WHERE user_id <= 3`);
      const all = await admin.call(listUsers, { query: { limit: 100, sortBy } });
      const ids = all.map(({ user_id }) => user_id);
      const key = (user: (typeof all)[number]) =>
        sortBy === 'created_at' && 'created_at' in user ? user.created_at : '';
      if (sortBy === 'user_id') expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      if (sortBy === 'created_at') expect(all.map(key)).toEqual(all.map(key).toSorted());
      expect(await walk({ sortBy, limit: 3 })).toEqual(ids);
      expect(await walk({ sortBy, limit: 1, sortOrder: 'desc' })).toEqual(ids.toReversed());
      const { data, page } = await admin.ask(listUsers, { query: { sortBy, page: 2, limit: 3 } });
      expect(data.map(({ user_id }) => user_id)).toEqual(ids.slice(3, 6));
      expect(page).toMatchObject({ total: ids.length });
    },
  );

  it('neither skips nor repeats when somebody comes in between', async () => {
    const first = await admin.ask(listUsers, { query: { limit: 2 } });
    await service().sql(
      `INSERT INTO users (username, email, password_hash) VALUES ('aaa', 'aaa@mail.example', 'none')`,
    );
    const second = await admin.ask(listUsers, { query: { limit: 2, cursor: first.page!.next! } });
    const both = [...first.data, ...second.data].map(({ username }) => username);
    const now = (await admin.call(listUsers, { query: { limit: 5 } })).map(({ username }) => username);
    expect(both).toEqual(now.slice(1));
  });

  it.each<[string, string]>([
    ['limit', 'limit=101'],
    ['limit', 'limit=0'],
    ['limit', 'limit=1&limit=2'],
    ['page', 'page=0'],
    ['page', 'page=10001'],
    ['page', `page=2&cursor=${Buffer.from('["username","asc","a",1]').toString('base64url')}`],
    ['sortBy', 'sortBy=password_hash'],
    ['sortOrder', 'sortOrder=up'],
    ['search', `search=${'x'.repeat(129)}`],
    ['search', 'search=1+2+3+4+5+6+7+8+9'],
    ['search', 'search[$ne]=1'],
    ['status', 'status=gone'],
    ['role', 'role=A%20B'],
    ['surprise', 'surprise=1'],
    ['cursor', 'cursor=%00'],
    ['cursor', 'cursor=abc'],
    ['cursor', `cursor=${Buffer.from('["user_id","asc","a",1]').toString('base64url')}`],
    ['cursor', `cursor=${Buffer.from('["username","asc","a\\u0000",1]').toString('base64url')}`],
    ['cursor', `cursor=${Buffer.from('["username","asc","a","1"]').toString('base64url')}`],
    ['cursor', `cursor=${Buffer.from('["username","asc","a",4000000000]').toString('base64url')}`],
    ['cursor', `sortBy=user_id&cursor=${Buffer.from('["user_id","asc","a",1]').toString('base64url')}`],
    ...['0000-01-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z', '2026-01-01T1:1Z'].map(
      (date): [string, string] => [
        'cursor',
        `sortBy=created_at&cursor=${Buffer.from(JSON.stringify(['created_at', 'asc', date, 1])).toString('base64url')}`,
      ],
    ),
    [
      'cursor',
      `sortBy=created_at&cursor=${Buffer.from('["created_at","asc","2026-99-99T00:00:00Z",1]').toString('base64url')}`,
    ],
  ])('refuses a bad %s: %s', async (field, query) => {
    const answer = await admin.request(`/users?${query}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field: expect.stringContaining(field) }] } },
    });
  });
});
