import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { beforeEach, expect, it } from 'vitest';
import { OutboxRepository } from '../src/outbox/outbox.repository';
import { useUserService } from './support/user-service';

const service = useUserService();

const OLDER_THAN_MS = 3_000;

let ids: string[];

/** Events whose instances have died an hour ago. The service of this test has no broker, so it takes none of them. */
beforeEach(async () => {
  ids = Array.from({ length: 30 }, () => randomUUID());
  await service().sql('DELETE FROM outbox');
  await service().sql(
    `INSERT INTO outbox (event_id, type, key, data, at)
     SELECT id, 'user.deleted', 'somebody', '{}', now() - interval '1 hour'
     FROM unnest($1::uuid[]) WITH ORDINALITY AS left_behind (id, n) ORDER BY n`,
    [ids],
  );
});

async function take(limit: number): Promise<string[]> {
  const events = await service().app.get(OutboxRepository).takePending(OLDER_THAN_MS, limit);
  return events.map(({ id }) => id);
}

it('gives each event that was left behind to one instance, in order, and to another one after a while', async () => {
  expect(await take(10)).toEqual(ids.slice(0, 10));
  expect(await take(15)).toEqual(ids.slice(10, 25));
  expect(await take(10)).toEqual(ids.slice(25));
  expect(await take(10)).toEqual([]);
  await service().sql(`UPDATE outbox SET claimed_until = claimed_until - interval '5 seconds'`);
  expect(await take(30)).toEqual(ids);
});

it('passes over what another instance is just taking', async () => {
  const other = new Client({ connectionString: service().config.POSTGRES_URL });
  await other.connect();
  await other.query('BEGIN');
  await other.query('SELECT 1 FROM outbox WHERE event_id = ANY($1::uuid[]) FOR UPDATE', [ids.slice(0, 20)]);
  expect(await take(30)).toEqual(ids.slice(20));
  await other.query('ROLLBACK');
  await other.end();
});

it('is looked at without being taken', async () => {
  const oldest = await service().app.get(OutboxRepository).oldestPending(OLDER_THAN_MS);
  expect(Date.now() - (oldest?.getTime() ?? 0)).toBeGreaterThan(3_590_000);
  expect(await take(1)).toEqual(ids.slice(0, 1));
});
