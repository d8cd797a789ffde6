import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/database/migrator';
import { dropDatabase, freshDatabaseUrl, sql, UserService } from './support/user-service';

describe('migrations', () => {
  let url: string;

  beforeEach(() => {
    url = freshDatabaseUrl();
  });

  afterEach(() => dropDatabase(url));

  it('say what is applied and what is pending', async () => {
    const pending = await migrate(url, 'show');
    for (const line of pending) expect(line).toMatch(/^\[ \] \w+$/);
    const names = pending.map((line) => line.slice(4));
    expect(await migrate(url, 'run')).toEqual(names.map((name) => `applied ${name}`));
    expect(await migrate(url, 'show')).toEqual(names.map((name) => `[x] ${name}`));
    expect(await migrate(url, 'run')).toEqual(['nothing to apply']);
  });

  it('run once when several start at once, on a database that does not exist', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => migrate(url, 'run')));
    const applied = outcomes.flat().filter((line) => line.startsWith('applied'));
    expect(applied).toHaveLength((await migrate(url, 'show')).length);
    expect(new Set(applied).size).toBe(applied.length);
    expect(await sql(url, `SELECT name FROM roles WHERE name = 'member'`)).toEqual([{ name: 'member' }]);
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
