import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './support/gateway';
import { Upstream, type Echo } from './support/upstream';
import { raw } from './support/wire';

describe('HTTP through the gateway', () => {
  let users: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    users = await Upstream.start({
      name: 'user-1',
      answer: ({ url = '' }, response) => {
        if (url === '/auth/cut')
          response.writeHead(200, { 'content-length': '1000' }).write('half of it', () => response.destroy());
        else if (url === '/auth/hang') return true;
        else return false;
        return true;
      },
    });
    gateway = await startGateway({
      USER_SERVICE_URL: [users.url],
      UPSTREAM_TIMEOUT: 300,
      ALLOWED_ORIGINS: ['https://app.example.com'],
    });
  });

  afterAll(async () => {
    await gateway.close();
    await users.kill();
  });

  const echo = async (path: string, init?: RequestInit): Promise<Echo> => {
    const answer = await gateway.fetch(path, init);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { data: Echo }).data;
  };
  const failure = async (answer: Response) => ({
    status: answer.status,
    ...((await answer.json()) as { error: { code: string; message: string; requestId: string } }).error,
  });

  it.each(['', '/api', '/api/v1'])('reaches a service under %s/', async (mount) => {
    const got = await echo(`${mount}/auth/login?next=1`, { method: 'POST', body: '{"a":1}' });
    expect(got).toMatchObject({ instance: 'user-1', method: 'POST', url: '/auth/login?next=1', bytes: 7 });
  });

  it.each([
    '/internal/users/known',
    '/api/v1/internal/users/known',
    '/api/internal',
    '/nowhere',
    '/authx',
    '/api/v1/socket.io/',
  ])('knows no %s', async (path) => {
    const before = users.seen.length;
    expect(await failure(await gateway.fetch(path, { method: 'POST' }))).toMatchObject({
      status: 404,
      code: 'NOTFOUND',
    });
    expect(users.seen).toHaveLength(before);
  });

  it('passes the request id on and answers with it', async () => {
    const answer = await gateway.fetch('/auth/x', { headers: { 'x-request-id': 'my-request-42' } });
    expect(answer.headers.get('x-request-id')).toBe('my-request-42');
    expect(((await answer.json()) as { data: Echo }).data.headers['x-request-id']).toBe('my-request-42');
  });

  it('invents a request id where none or a bad one is given', async () => {
    const answer = await gateway.fetch('/auth/x', { headers: { 'x-request-id': 'bad id {}' } });
    const id = answer.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(((await answer.json()) as { data: Echo }).data.headers['x-request-id']).toBe(id);
  });

  it('strips what claims an identity, and says itself where the request came from', async () => {
    const { headers } = await echo('/auth/x', {
      headers: {
        'X-User-Id': '1',
        'x-roles': 'admin',
        'X-Forwarded-For': '6.6.6.6',
        'x-forwarded-user': 'root',
        'X-Real-Ip': '6.6.6.6',
        Accept: 'x/y',
      },
    });
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', accept: 'x/y' });
    for (const name of ['x-user-id', 'x-roles', 'x-forwarded-user', 'x-real-ip'])
      expect(headers).not.toHaveProperty(name);
  });

  it('asks for a valid token before it calls a service', async () => {
    const before = users.seen.length;
    for (const authorization of ['', 'Bearer x.y.z', 'Basic YTpi']) {
      const answer = await gateway.fetch('/users/me', {
        headers: authorization === '' ? {} : { authorization },
      });
      expect(await failure(answer)).toMatchObject({ status: 401, code: 'AUTH_INVALID' });
    }
    expect(users.seen).toHaveLength(before);
  });

  it('lets a valid token through, with or without Bearer', async () => {
    const { authorization } = gateway;
    for (const given of [authorization, authorization.slice('Bearer '.length)]) {
      expect((await echo('/users/me', { headers: { authorization: given } })).headers.authorization).toBe(
        authorization,
      );
    }
  });

  it('refuses two Authorization headers', async () => {
    const answer = await raw(
      gateway.port,
      `GET /users/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${gateway.authorization}\r\nAuthorization: Bearer other\r\n\r\n`,
    );
    expect(answer).toContain('401 Unauthorized');
    expect(answer).toContain('AUTH_INVALID');
  });

  it('does not let a Connection header take the token away', async () => {
    const answer = await raw(
      gateway.port,
      `GET /users/me HTTP/1.1\r\nHost: x\r\nConnection: close, authorization, x-secret\r\nX-Secret: 1\r\nAuthorization: ${gateway.authorization}\r\n\r\n`,
    );
    expect(answer).toContain('"authorization":"Bearer');
    expect(answer).not.toContain('x-secret');
  });

  it('refuses a large body by its length, and the connection stays usable', async () => {
    const answer = await gateway.fetch('/auth/login', { method: 'POST', body: 'x'.repeat(70_000) });
    expect(await failure(answer)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    await echo('/auth/login', { method: 'POST', body: 'x'.repeat(60_000) });
  });

  it('refuses a large body that does not tell its length', async () => {
    const body = new ReadableStream({
      start: (controller) => {
        for (let i = 0; i < 20; i++) controller.enqueue(Buffer.alloc(16_000));
        controller.close();
      },
    });
    const answer = await gateway.fetch('/auth/login', {
      method: 'POST',
      body,
      duplex: 'half',
    });
    expect(await failure(answer)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it('answers UNAVAILABLE at once for a service that is down', async () => {
    const started = Date.now();
    const answer = await gateway.fetch('/notifications', {
      headers: { authorization: gateway.authorization },
    });
    expect(await failure(answer)).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(Date.now() - started).toBeLessThan(1_000);
  });

  it('answers UNAVAILABLE for a service that takes too long', async () => {
    expect(await failure(await gateway.fetch('/auth/hang'))).toMatchObject({
      status: 503,
      code: 'UNAVAILABLE',
    });
  });

  it('cuts an answer that the service cut, and lives on', async () => {
    const answer = await gateway.fetch('/auth/cut');
    await expect(answer.text()).rejects.toThrow();
    await echo('/auth/x');
  });

  it('tells listed origins that they may read, and others nothing', async () => {
    const ask = async (origin: string) =>
      (await gateway.fetch('/auth/x', { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await ask('https://app.example.com')).toBe('https://app.example.com');
    for (const origin of ['https://app.example.com.evil.io', 'http://app.example.com', 'null'])
      expect(await ask(origin)).toBeNull();
  });

  it('lets cookies pass for listed origins only', async () => {
    const ask = async (origin: string) => (await gateway.fetch('/auth/x', { headers: { origin } })).headers;
    expect((await ask('https://app.example.com')).get('access-control-allow-credentials')).toBe('true');
    for (const origin of ['https://app.example.com.evil.io', 'null'])
      expect((await ask(origin)).get('access-control-allow-credentials')).toBeNull();
    const { headers } = await echo('/auth/x', { headers: { cookie: 'refresh_token=abc' } });
    expect(headers.cookie).toBe('refresh_token=abc');
  });

  it('answers preflights itself', async () => {
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'PATCH' };
    const answer = await gateway.fetch('/users/me', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH');
  });
});
