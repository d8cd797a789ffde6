import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/database/migrator';
import { dropDatabase, freshDatabaseUrl, sql, UserService } from './support/user-service';

const COLUMNS = `SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name <> 'migrations' ORDER BY 1, 2`;
const INDEXES = `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations' ORDER BY 1`;

describe('migrations', () => {
  let url: string;

  beforeEach(() => {
    url = freshDatabaseUrl();
  });

  afterEach(() => dropDatabase(url));

  const schema = async () => ({ columns: await sql(url, COLUMNS), indexes: await sql(url, INDEXES) });

  it('go up, down and up again to the same schema', async () => {
    expect(await migrate(url, 'run')).toEqual([expect.stringMatching(/^applied \w+$/)]);
    const before = await schema();
    expect(before.columns.length).toBeGreaterThan(20);
    expect(await migrate(url, 'revert')).toEqual([expect.stringMatching(/^reverted \w+$/)]);
    expect(await schema()).toEqual({ columns: [], indexes: [] });
    await migrate(url, 'run');
    expect(await schema()).toEqual(before);
  });

  it('say what is applied and what is pending', async () => {
    expect(await migrate(url, 'show')).toEqual([expect.stringMatching(/^\[ \] \w+$/)]);
    await migrate(url, 'run');
    expect(await migrate(url, 'show')).toEqual([expect.stringMatching(/^\[x\] \w+$/)]);
    expect(await migrate(url, 'run')).toEqual(['nothing to apply']);
  });

  it('run once when several start at once, on a database that does not exist', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => migrate(url, 'run')));
    expect(outcomes.flat().filter((line) => line.startsWith('applied'))).toHaveLength(1);
    expect(await sql(url, 'SELECT name FROM roles')).toEqual([{ name: 'member' }]);
  });

  it('have to be applied before the service is ready', async () => {
    await migrate(url, 'show');
    const service = await UserService.start({ POSTGRES_URL: url });
    try {
      const before = await service.as().request('/health/ready');
      expect(before).toMatchObject({
        status: 503,
        body: {
          data: {
            status: 'down',
            checks: { postgres: 'up', migrations: expect.stringContaining('pending') },
          },
        },
      });
      await migrate(url, 'run');
      expect(await service.as().request('/health/ready')).toMatchObject({
        status: 200,
        body: {
          data: { service: 'user-service', status: 'up', checks: { postgres: 'up', migrations: 'up' } },
        },
      });
    } finally {
      await service.app.close();
    }
  });
});
