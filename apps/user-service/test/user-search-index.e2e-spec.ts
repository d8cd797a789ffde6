import { beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../src/database/migrator';
import { wordsOf } from '../src/users/search-text';
import { pageStatement, type UserFilter } from '../src/users/user-query';
import { dropDatabase, freshDatabaseUrl, sql, useUserService } from './support/user-service';

const service = useUserService();
const MANY = 20_000;

/** What PostgreSQL would do, as text. */
async function plan(filter: Partial<UserFilter>): Promise<string> {
  const whole: UserFilter = { searchEverything: false, sortBy: 'username', sortOrder: 'asc', ...filter };
  const { text, values } = pageStatement(whole, { limit: 21 });
  return JSON.stringify(await service().sql(`EXPLAIN ${text}`, values));
}

describe('among many users', () => {
  beforeAll(async () => {
    const texts = Array.from({ length: MANY }, (_, i) => {
      const names = [`user${i}`, ['José', 'Zoë', 'Łukasz', 'Anna'][i % 4], `Müller${i % 997}`];
      return wordsOf(...(names as string[])).join(' ');
    });
    await service().sql(
      `INSERT INTO users (username, email, password_hash, full_name, search_text)
       SELECT 'user' || n, 'mail' || n || '@example.com', 'none', 'Somebody ' || n, text
       FROM unnest($1::text[]) WITH ORDINALITY AS t (text, n)`,
      [texts],
    );
    await service().sql('ANALYZE users');
  });

  it('a search is answered from the index of words', async () => {
    const search = 'jose muller99';
    expect(await plan({ search, status: 'active' })).toContain('Bitmap Index Scan on users_by_words');
    expect(await plan({ search, searchEverything: true })).toContain(
      'Bitmap Index Scan on users_by_all_words',
    );
    expect(await plan({ search: 'mail777', searchEverything: true })).toContain(
      'Bitmap Index Scan on users_by_all_words',
    );
  });

  it.each([
    ['username', 'users_username_unique'],
    ['full_name', 'users_by_full_name'],
    ['created_at', 'users_by_creation'],
    ['user_id', 'users_pkey'],
  ] as const)('a list by %s is read in the order of its index', async (sortBy, index) => {
    expect(await plan({ sortBy })).toMatch(new RegExp(`Index (Only )?Scan using ${index}`));
    expect(await plan({ sortBy, sortOrder: 'desc' })).toMatch(
      new RegExp(`Index (Only )?Scan Backward using ${index}`),
    );
  });
});

it('those who were there before the index are found by it', async () => {
  const url = freshDatabaseUrl();
  try {
    await migrate(url, 'run');
    const [pending] = await sql(
      url,
      `SELECT count(*)::int AS after FROM migrations WHERE timestamp > 1763773000000`,
    );
    for (let i = 0; i <= Number(pending?.after); i++) await migrate(url, 'revert');
    await sql(
      url,
      `INSERT INTO users (username, email, password_hash, full_name)
       SELECT 'Old.' || n, n || '@example.com', 'none', CASE WHEN n % 2 = 0 THEN 'Zoë ' || n END
       FROM generate_series(1, 2500) n`,
    );
    await migrate(url, 'run');
    const rows = await sql(url, `SELECT search_text FROM users ORDER BY user_id`);
    expect(rows.map(({ search_text: text }) => text)).toEqual(
      Array.from({ length: 2_500 }, (_, i) => ((i + 1) % 2 === 0 ? `old ${i + 1} zoe` : `old ${i + 1}`)),
    );
  } finally {
    await dropDatabase(url);
  }
});
