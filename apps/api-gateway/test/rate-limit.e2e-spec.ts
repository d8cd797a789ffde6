import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './support/gateway';
import { Upstream } from './support/upstream';

describe('rate limits', () => {
  let users: Upstream;
  let chat: Upstream;
  let gateway: Gateway;
  const start = async (trustProxy = 0) => {
    gateway = await startGateway({
      USER_SERVICE_URL: [users.url],
      CHAT_SERVICE_URL: [chat.url],
      RATE_LIMIT_MAX: 10,
      TRUST_PROXY: trustProxy,
    });
  };

  beforeEach(async () => {
    users = await Upstream.start({ name: 'user-1' });
    chat = await Upstream.start({ name: 'chat-1' });
  });

  afterEach(async () => {
    await gateway.close();
    await Promise.all([users.kill(), chat.kill()]);
  });

  const call = (path: string, headers: Record<string, string> = {}) =>
    gateway.fetch(path, { headers: { authorization: gateway.authorization, ...headers } });

  it('count down to 429, which says when to come back', async () => {
    await start();
    const first = await call('/users/me');
    expect(first.headers.get('ratelimit-limit')).toBe('10');
    expect(first.headers.get('ratelimit-remaining')).toBe('9');
    expect(Number(first.headers.get('ratelimit-reset'))).toBeGreaterThan(50);
    const rest = await Promise.all(Array.from({ length: 9 }, () => call('/users/me')));
    expect(rest.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200));

    const refused = await call('/users/me');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    const { error } = (await refused.json()) as { error: { code: string; retryAfterMs: number } };
    expect(error.code).toBe('RATE_LIMITED');
    expect(error.retryAfterMs).toBeGreaterThan(50_000);
    expect(Number(refused.headers.get('retry-after'))).toBe(Math.ceil(error.retryAfterMs / 1_000));
  });

  it('are ten times as many for files that are read, counted apart; uploads count as anything else', async () => {
    await start();
    for (const path of ['/files/1', '/file-links/1', '/avatars/1'])
      expect((await call(path)).headers.get('ratelimit-limit'), path).toBe('100');
    expect((await call('/avatars/1')).headers.get('ratelimit-remaining')).toBe('96');
    const upload = await call('/upload/single');
    expect(upload.headers.get('ratelimit-limit')).toBe('10');
    expect(upload.headers.get('ratelimit-remaining')).toBe('9');
  });

  it('are a fifth for /auth, counted apart', async () => {
    await start();
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await call('/api/v1/auth/login')).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await call('/users/me')).status).toBe(200);
  });

  it('spare polling, health, metrics and docs', async () => {
    await start();
    for (const path of [
      '/health/live',
      '/metrics',
      '/api/docs',
      '/socket.io/?EIO=4&transport=polling',
      '/ws-docs',
    ]) {
      for (let i = 0; i < 12; i++) expect((await call(path)).status).toBe(200);
    }
  });

  it('do not fall for a new X-Forwarded-For on each request', async () => {
    await start();
    const statuses = [];
    for (let i = 0; i < 11; i++)
      statuses.push((await call('/users/me', { 'x-forwarded-for': `6.6.6.${i}` })).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('behind a trusted proxy go by the address that it saw, not by what the client claims', async () => {
    await start(1);
    const from = (chain: string) => call('/users/me', { 'x-forwarded-for': chain });
    const statuses = [];
    for (let i = 0; i < 11; i++) statuses.push((await from(`6.6.6.${i}, 203.0.113.9`)).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await from('203.0.113.9, 203.0.113.10')).status).toBe(200);
  });
});
