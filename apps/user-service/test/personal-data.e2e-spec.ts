import { describe, expect, it } from 'vitest';
import { IMPERSONAL_TABLES, KEPT_COLUMNS, PERSONAL_ROWS, TOMBSTONE } from '../src/account/personal-data';
import { EXPORTED_ROWS, NOT_EXPORTED } from '../src/account/exported-data';
import { useUserService } from './support/user-service';

const service = useUserService();

const namesOf = async (text: string) => (await service().sql(text)).map(({ name }) => String(name));

/** Whoever makes these fail has added something of users, and decides in personal-data.ts what the law asks of it. */
describe('what is held about users', () => {
  it('is decided for every table', async () => {
    const tables = await namesOf(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    );
    const decided = ['users', ...PERSONAL_ROWS.map(({ table }) => table), ...Object.keys(IMPERSONAL_TABLES)];
    expect([...new Set(decided)].sort()).toEqual(tables);
  });

  it('is decided for every column of the account', async () => {
    const columns = await namesOf(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'users' ORDER BY 1`,
    );
    expect([...Object.keys(TOMBSTONE), ...KEPT_COLUMNS].sort()).toEqual(columns);
  });

  it('is found by every column that names a user', async () => {
    const references = await service().sql(
      `SELECT c.conrelid::regclass::text AS table, a.attname AS column
       FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
       WHERE c.contype = 'f' AND c.confrelid = 'users'::regclass`,
    );
    expect(references.length).toBeGreaterThan(2);
    for (const { table, column } of references) {
      const conditions = PERSONAL_ROWS.filter((rows) => rows.table === table).map(({ where }) => where);
      expect(conditions.join(' '), `${String(table)}.${String(column)}`).toMatch(
        new RegExp(`\\b${String(column)}\\b`),
      );
    }
  });

  it('is exported, or not for a reason, table by table', () => {
    const personal = new Set(PERSONAL_ROWS.map(({ table }) => table));
    const decided = [...EXPORTED_ROWS.map(({ table }) => table), ...Object.keys(NOT_EXPORTED)];
    expect(decided.sort()).toEqual([...personal].sort());
  });

  it.each(EXPORTED_ROWS.map((rows) => [rows.table, rows] as const))(
    'is exported or withheld, column by column: %s',
    async (table, { columns, withheld }) => {
      const names = await namesOf(
        `SELECT column_name AS name FROM information_schema.columns WHERE table_name = '${table}' ORDER BY 1`,
      );
      const expressions = Object.values(columns).join(' ');
      const exported = names.filter((name) => new RegExp(`\\b${name}\\b`).test(expressions));
      expect([...new Set([...exported, ...withheld])].sort()).toEqual(names);
    },
  );
});
