import { listSecurityEvents, SECURITY_EVENTS, type ListSecurityEventsDto } from '@app/contracts';
import { refusalOf, type HttpClient } from '@app/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { listStatement } from '../src/audit/security-event-query';
import type { SecurityEventFilter } from '../src/audit/security-event';
import { signedIn } from './support/people';
import { signedInAs } from './support/roles';
import { useUserService } from './support/user-service';

const service = useUserService();
let admin: HttpClient;

beforeAll(async () => {
  admin = service().as((await signedInAs(service(), 'admin')).accessToken);
});

describe('GET /audit', () => {
  it('tells what happened, newest first', async () => {
    const { user } = await signedIn(service());
    const events = await admin.call(listSecurityEvents, { query: { userId: user.user_id } });
    expect(events.map(({ kind }) => kind)).toContain('session.started');
    const [row] = await service().sql(
      `SELECT event_id, details, at FROM security_events WHERE user_id = $1 ORDER BY event_id DESC LIMIT 1`,
      [user.user_id],
    );
    expect(events[0]).toEqual({
      id: row?.event_id,
      kind: expect.any(String),
      user_id: user.user_id,
      actor_id: null,
      address: expect.stringContaining('127.0.0.1'),
      user_agent: 'node',
      details: row?.details,
      at: (row?.at as Date).toISOString(),
    });
  });

  it('filters by kind, user, actor and time', async () => {
    await service().sql(
      `INSERT INTO security_events (kind, user_id, actor_id, at) VALUES
        ('account.suspended', 700, 800, '2025-01-01T00:00:00Z'),
        ('account.activated', 700, 800, '2025-01-02T00:00:00Z'),
        ('account.suspended', 701, 801, '2025-01-03T00:00:00Z')`,
    );
    const find = async (query: ListSecurityEventsDto) =>
      (await admin.call(listSecurityEvents, { query })).map(({ user_id, kind }) => `${user_id} ${kind}`);
    expect(await find({ kind: 'account.suspended' })).toEqual([
      '701 account.suspended',
      '700 account.suspended',
    ]);
    expect(await find({ userId: 700 })).toEqual(['700 account.activated', '700 account.suspended']);
    expect(await find({ actorId: 801 })).toEqual(['701 account.suspended']);
    expect(await find({ from: '2025-01-02T00:00:00Z', to: '2025-01-03T00:00:00Z' })).toEqual([
      '700 account.activated',
    ]);
    expect(await find({ userId: 700, kind: 'account.suspended', actorId: 801 })).toEqual([]);
  });

  it('pages, each event once, whatever comes in between', async () => {
    const first = await admin.ask(listSecurityEvents, { query: { limit: 2 } });
    const { user } = await signedIn(service());
    const ids = first.data.map(({ id }) => Number(id));
    for (let cursor = first.page?.next; cursor;) {
      const { data, page } = await admin.ask(listSecurityEvents, { query: { limit: 2, cursor } });
      ids.push(...data.map(({ id }) => Number(id)));
      cursor = page?.next;
    }
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    const rows = await service().sql(
      `SELECT event_id::int FROM security_events WHERE user_id IS DISTINCT FROM $1`,
      [user.user_id],
    );
    expect(new Set(ids)).toEqual(new Set(rows.map(({ event_id }) => event_id)));
  });

  it('is for admins', async () => {
    for (const role of ['member', 'moderator']) {
      const { accessToken } = await signedInAs(service(), role);
      const refusal = await refusalOf(service().as(accessToken).call(listSecurityEvents));
      expect(refusal).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    }
  });

  it.each([
    ['kind', 'kind=login'],
    ['userId', 'userId=x'],
    ['actorId', 'actorId=0'],
    ['from', 'from=yesterday'],
    ['from', 'from=0000-01-01T00:00:00Z'],
    ['to', 'to=2026-02-30T00:00:00Z'],
    ['to', 'to=2026-W01-1'],
    ['to', 'to=2026-01-01T00:00:00%2B23:00'],
    ['to', 'to[$gt]=1'],
    ['limit', 'limit=101'],
    ['cursor', 'cursor=-1'],
    ['cursor', 'cursor=1%20OR%201=1'],
    ['details', 'details=x'],
  ])('refuses a bad %s: %s', async (field, query) => {
    const answer = await admin.request(`/audit?${query}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field: expect.stringContaining(field) }] } },
    });
  });

  it('is read from an index, by whatever one asks', async () => {
    await service().sql(
      `INSERT INTO security_events (kind, user_id, actor_id, at)
       SELECT ($1::text[])[1 + n % $2], n % 997, CASE WHEN n % 50 = 0 THEN n % 7 END, now() - n * interval '1 minute'
       FROM generate_series(20000, 1, -1) n`,
      [SECURITY_EVENTS, SECURITY_EVENTS.length],
    );
    await service().sql('ANALYZE security_events');
    const plan = async (filter: SecurityEventFilter, before: string | null = null) => {
      const { text, values } = listStatement(filter, before, 21);
      return JSON.stringify(await service().sql(`EXPLAIN ${text}`, values));
    };
    const from = new Date(Date.now() - 10 * 24 * 3_600_000).toISOString();
    const to = new Date(Date.now() - 10 * 24 * 3_600_000 + 600_000).toISOString();
    expect(await plan({})).toContain('security_events_pkey');
    expect(await plan({}, '5000')).toContain('security_events_pkey');
    expect(await plan({ userId: 7 })).toContain('security_events_by_user');
    expect(await plan({ userId: 7, kind: 'login.failed' }, '5000')).toContain('security_events_by_user');
    expect(await plan({ actorId: 3 })).toContain('security_events_by_actor');
    expect(await plan({ from, to })).toContain('security_events_by_time');
    expect(await plan({ kind: 'role.deleted' })).toMatch(/security_events_(by_kind|pkey)/);
  });
});
