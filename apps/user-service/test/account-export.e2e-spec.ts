import { exportMe, exportMessages, getMe, type AccountExportDto } from '@app/contracts';
import { createDatabase, eventually } from '@app/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { part, PartServer } from './support/part-server';
import { signedIn } from './support/people';
import { dropDatabase, freshDatabaseUrl, UserService } from './support/user-service';

const MESSAGES = exportMessages.path;
const TRIES = 3;

describe('GET /users/me/export', () => {
  const others = new PartServer();
  const url = freshDatabaseUrl();
  let service: UserService;

  beforeAll(async () => {
    await createDatabase(url);
    const where = await others.listen();
    service = await UserService.start({
      POSTGRES_URL: url,
      CHAT_SERVICE_URL: where,
      NOTIFICATION_SERVICE_URL: where,
      EXPORT_TRIES: String(TRIES),
    });
  });
  afterAll(async () => {
    await service.app.close();
    await others.close();
    await dropDatabase(url);
  });
  beforeEach(() => {
    others.asked.clear();
    others.answer = (_path, _nth, response) => part(response, [], null);
  });

  const ask = (token: string, signal?: AbortSignal) =>
    fetch(service.origin + exportMe.path, { headers: { authorization: `Bearer ${token}` }, signal });

  it('is a file that says when it is whole, with everything of the user and nothing secret', async () => {
    const [me, other] = [await signedIn(service), await signedIn(service)];
    const id = me.user.user_id;
    await service.sql(`INSERT INTO contacts (user_id, contact_id) VALUES ($1, $2), ($2, $1)`, [
      id,
      other.user.user_id,
    ]);
    await service.sql(`INSERT INTO blocks (user_id, blocked_id) VALUES ($1, $2), ($2, $1)`, [
      id,
      other.user.user_id,
    ]);
    await service.sql(
      `INSERT INTO security_events (kind, user_id, actor_id, address, user_agent) VALUES ('profile.updated', $1, $2, '203.0.113.9', 'An admin''s browser')`,
      [id, other.user.user_id],
    );
    others.answer = (path, nth, response) =>
      part(response, [{ path, nth }], path === MESSAGES && nth < 3 ? `c${nth}` : null);

    const response = await ask(me.accessToken);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="export-\d{4}-\d\d-\d\d\.json"$/,
    );
    const text = await response.text();
    const file = JSON.parse(text) as AccountExportDto;
    expect(Object.keys(file)).toEqual(Object.keys(exportMe.example.result));
    expect(Object.keys(file).at(-1)).toBe('complete');
    expect(file).toMatchObject({
      format: 1,
      account: me.user,
      roles: [{ name: 'member' }],
      sessions: [{ address: expect.any(String), created_at: expect.stringMatching(/T.*Z$/), ended_at: null }],
      contacts: [{ user_id: other.user.user_id }],
      blocks: [{ user_id: other.user.user_id }],
      conversations: [{ nth: 1 }],
      messages: [{ nth: 1 }, { nth: 2 }, { nth: 3 }],
      notifications: [{ nth: 1 }],
      complete: true,
    });
    expect(file.security_events.length).toBeGreaterThan(1);
    expect(file.security_events).toContainEqual(
      expect.objectContaining({
        kind: 'profile.updated',
        by_somebody_else: true,
        address: null,
        device: null,
      }),
    );
    const hash = (await service.sql('SELECT password_hash FROM users WHERE user_id = $1', [id]))[0]?.[
      'password_hash'
    ];
    for (const secret of [
      String(hash),
      'argon2',
      'hash',
      'secret',
      me.refreshToken,
      '203.0.113.9',
      other.username,
    ])
      expect(text).not.toContain(secret);
  });

  it('is nothing at all when one of the others is away, and may be asked for again', async () => {
    const { accessToken } = await signedIn(service);
    others.answer = (path, _nth, response) =>
      path === MESSAGES ? response.destroy() : part(response, [], null);
    for (let again = 0; again <= TRIES; again++) {
      const response = await ask(accessToken);
      expect(response.status).toBe(503);
      expect(response.headers.get('content-disposition')).toBeNull();
      expect(await response.json()).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } });
    }
    others.answer = (_path, _nth, response) => part(response, [], null);
    expect((await ask(accessToken)).status).toBe(200);
  });

  it('breaks off when it cannot be finished, so that nobody takes a half for the whole', async () => {
    const { accessToken } = await signedIn(service);
    others.answer = (path, nth, response) => {
      if (path === MESSAGES && nth > 2) response.destroy();
      else part(response, [{ nth }], path === MESSAGES ? 'more' : null);
    };
    const response = await ask(accessToken);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('is limited in number', async () => {
    const { accessToken } = await signedIn(service);
    for (let n = 0; n < TRIES; n++) expect((await ask(accessToken)).status).toBe(200);
    const refused = await ask(accessToken);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
  });

  it('is written no faster than it is read, whatever its size', async () => {
    const { accessToken } = await signedIn(service);
    const page = Array.from({ length: 200 }, (_, n) => ({ n, content: 'x'.repeat(5_000) }));
    const pages = 500;
    others.answer = (path, nth, response) =>
      path === MESSAGES ? part(response, page, nth < pages ? 'more' : null) : part(response, [], null);
    const abort = new AbortController();
    const response = await ask(accessToken, abort.signal);
    await eventually(
      () => Promise.resolve(others.asked.get(MESSAGES) ?? 0),
      (count) => expect(count).toBeGreaterThan(2),
    );
    // While nobody reads, the service does other things, and asks for no more than the network's own buffers hold.
    for (let n = 0; n < 100; n++) await service.as(accessToken).call(getMe);
    const before = others.asked.get(MESSAGES) ?? 0;
    expect(before).toBeLessThan(60);
    for (let n = 0; n < 100; n++) await service.as(accessToken).call(getMe);
    expect(others.asked.get(MESSAGES)).toBeLessThanOrEqual(before + 1);
    abort.abort();
    await expect(response.text()).rejects.toThrow();
  });

  it('holds a hundred thousand messages', async () => {
    const { accessToken } = await signedIn(service);
    const page = Array.from({ length: 200 }, (_, n) => ({ n, content: 'hello' }));
    others.answer = (path, nth, response) =>
      path === MESSAGES ? part(response, page, nth < 500 ? 'more' : null) : part(response, [], null);
    const file = (await (await ask(accessToken)).json()) as AccountExportDto;
    expect(file.messages).toHaveLength(100_000);
    expect(file.complete).toBe(true);
  });

  it('needs a session', async () => {
    expect((await ask('nonsense')).status).toBe(401);
  });
});
