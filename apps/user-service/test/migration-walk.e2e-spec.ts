import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DataSource, type MigrationInterface } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource } from '../src/data-source';
import { migrate } from '../src/database/migrator';
import { rowsOf, schemaOf } from './support/schema';
import { dropDatabase, freshDatabaseUrl, sql } from './support/user-service';

type Migration = new () => MigrationInterface;

const settingsFor = (url: string) => ({ url, poolSize: 2, applicationName: 'migration walk', patient: true });

/** As they are listed for production, the oldest first. */
const all = createDataSource(settingsFor('postgres://nowhere/none')).options.migrations as Migration[];
const names = all.map(({ name }) => name);

/** The people of a database that has run since the first day: whatever comes later must leave them as they are. */
const PEOPLE = [
  `INSERT INTO users (username, email, password_hash, full_name, avatar_url, phone, status, last_seen) VALUES
    ('Zoë', 'zoe@example.com', '$argon2id$1', 'Zoë Ö. "Quote" O''Neil', 'https://example.com/z.png', '+49 30 1234', 'active', now()),
    ('old.user', 'Old.User@Example.com', '$argon2id$2', NULL, NULL, NULL, 'suspended', NULL)`,
  `INSERT INTO user_role (user_id, role_id) SELECT user_id, role_id FROM users, roles`,
  `INSERT INTO tokens (session_id, user_id, refresh_hash, user_agent, address, expired_at)
    SELECT gen_random_uuid(), user_id, sha256(username::bytea), 'a browser', '127.0.0.1', now() + interval '1 day' FROM users`,
];

describe('the migrations, one by one', () => {
  let url: string;

  beforeEach(() => {
    url = freshDatabaseUrl();
  });

  afterEach(() => dropDatabase(url));

  /** Applies the next one of those that are pending. */
  const up = async (count: number) => {
    const { options } = createDataSource(settingsFor(url));
    const source = await new DataSource({ ...options, migrations: all.slice(0, count) }).initialize();
    try {
      return (await source.runMigrations()).map(({ name }) => name);
    } finally {
      await source.destroy();
    }
  };
  const down = () => migrate(url, 'revert');
  const schema = () => schemaOf(url);

  it('are listed in their order, each file of the folder once', () => {
    const files = readdirSync(path.join(__dirname, '../src/migrations')).filter((file) =>
      file.endsWith('.ts'),
    );
    const numbers = names.map((name) => Number(/\d{13}$/.exec(name)?.[0]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers).toEqual(files.map((file) => Number.parseInt(file, 10)).toSorted((a, b) => a - b));
    expect(all.map((type) => new type().name)).toEqual(names);
  });

  it('go up, down and up again, each leaving nothing behind', async () => {
    await migrate(url, 'show');
    for (const [index, name] of names.entries()) {
      const before = { schema: await schema(), rows: await rowsOf(url) };
      expect(await up(index + 1)).toEqual([name]);
      const after = await schema();
      expect(await down(), name).toEqual([`reverted ${name}`]);
      expect({ schema: await schema(), rows: await rowsOf(url) }, `after the down of ${name}`).toEqual(
        before,
      );
      expect(await up(index + 1)).toEqual([name]);
      expect(await schema(), `after the second up of ${name}`).toEqual(after);
    }
  });

  it('keep the people who were there before them, all the way up and all the way back', async () => {
    await migrate(url, 'show');
    await up(1);
    for (const statement of PEOPLE) await sql(url, statement);
    const first = await schema();
    const people = await rowsOf(url);
    expect([people['users']?.length, people['user_role']?.length, people['tokens']?.length]).toEqual([
      2, 2, 2,
    ]);

    await migrate(url, 'run');
    const later = await rowsOf(url);
    for (const [table, rows] of Object.entries(people)) {
      const found = later[table] ?? [];
      for (const row of rows) expect(found, table).toContainEqual(expect.objectContaining(row));
    }

    for (const name of names.slice(1).toReversed()) expect(await down()).toEqual([`reverted ${name}`]);
    expect(await schema()).toEqual(first);
    expect(await rowsOf(url)).toEqual(people);

    await down();
    expect((await schema()).columns).toEqual([]);
    expect(await down()).toEqual(['nothing to revert']);
  });
});
