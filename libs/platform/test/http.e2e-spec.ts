import { Controller, Get } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';

import { badTokens, HttpClient } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessTokens, HealthRegistry } from '../src/index';
import { forServices, forUsers, SECRET, startTestService, ThingsController } from './support/test-service';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('the HTTP side of a service', () => {
  let app: NestExpressApplication;
  let origin: string;
  let client: HttpClient;

  beforeAll(async () => {
    ({ app, origin, client } = await startTestService());
  });
  afterAll(() => app.close());

  it('answers one thing, a list and a page each in its envelope', async () => {
    const body = { name: 'a' };
    expect(await client.request('/things', { method: 'POST', body })).toMatchObject({
      status: 201,
      body: { ok: true, data: body },
    });
    expect((await client.request('/things?search=x')).body).toEqual({ ok: true, data: [{ name: 'x' }] });
    expect((await client.request('/things/pages')).body).toEqual({
      ok: true,
      data: [body],
      page: { next: 'cursor', total: 9 },
    });
  });

  describe('answers an error', () => {
    const json = { 'content-type': 'application/json' };
    const post = (body: string, headers: Record<string, string> = json) => ({
      method: 'POST',
      body,
      headers,
    });
    const wrong = {
      'of ours as the table says': ['/things/404', {}, 404, { code: 'NOTFOUND', message: 'thing not found' }],
      'with a time to wait': ['/things/429', {}, 429, { code: 'RATE_LIMITED', retryAfterMs: 1_500 }],
      'for a wrong body': [
        '/things',
        post('{"name":7}'),
        400,
        { code: 'BAD_REQUEST', details: [{ field: 'name' }] },
      ],
      'for an unknown field': [
        '/things',
        post('{"name":"a","x":1}'),
        400,
        { code: 'BAD_REQUEST', details: [{ field: 'x' }] },
      ],
      'for no body': [
        '/things',
        { method: 'POST' },
        400,
        { code: 'BAD_REQUEST', details: [{ field: 'name' }] },
      ],
      'for malformed JSON': [
        '/things',
        post('{"name":'),
        400,
        { code: 'BAD_REQUEST', details: [{ field: 'body' }] },
      ],
      'for JSON that is no object': [
        '/things',
        post('[1]'),
        400,
        { code: 'BAD_REQUEST', details: [{ field: 'payload' }] },
      ],
      'for a body that is too large': [
        '/things',
        post(`{"name":"${'x'.repeat(300_000)}"}`),
        413,
        { code: 'PAYLOAD_TOO_LARGE' },
      ],
      'for an unknown charset': [
        '/things',
        post('{}', { 'content-type': 'application/json; charset=klingon' }),
        415,
        { code: 'UNSUPPORTED_MEDIA_TYPE' },
      ],
      'for a wrong path parameter': [
        '/things/seven',
        {},
        400,
        { code: 'BAD_REQUEST', details: [{ field: 'id' }] },
      ],
      'for a path that is no path': [
        '/things/%E0%A4%A',
        {},
        400,
        { code: 'BAD_REQUEST', details: [{ field: 'path' }] },
      ],
      'for a query with an operator': ['/things?search[$gt]=', {}, 400, { code: 'BAD_REQUEST' }],
      'for an unknown route': ['/nowhere', {}, 404, { code: 'NOTFOUND' }],
      'for a method that a route lacks': ['/things', { method: 'DELETE' }, 404, { code: 'NOTFOUND' }],
      'that nobody foresaw': ['/things/500', {}, 500, { code: 'INTERNAL' }],
    } as const;

    it.each(Object.entries(wrong))('%s', async (_what, [path, request, status, error]) => {
      const answer = await client.request(path, request);
      expect(answer).toMatchObject({ status, body: { ok: false, error } });
      expect(answer.body).toHaveProperty('error.requestId', answer.headers.get('x-request-id'));
    });

    it('without a word of what went wrong inside', async () => {
      const answer = await client.request('/things/500');
      expect(JSON.stringify(answer.body)).not.toContain('12345');
    });

    it('with the header that HTTP has for waiting', async () => {
      expect((await client.request('/things/429')).headers.get('retry-after')).toBe('2');
    });
  });

  describe('gives each request an id:', () => {
    it.each(['abcd1234', 'A-b_c.d-0123456789', 'x'.repeat(64)])(
      'the given one when it is harmless: %s',
      async (id) => {
        const answer = await client.request('/things/1', { headers: { 'x-request-id': id } });
        expect(answer.headers.get('x-request-id')).toBe(id);
        expect(answer.body).toEqual({ ok: true, data: { name: id } });
      },
    );

    it.each(['short', 'x'.repeat(65), 'with spaces in it', 'quote"12345', '{"json":true}'])(
      'a new one for %s',
      async (id) => {
        const answer = await client.request('/things/1', { headers: { 'x-request-id': id } });
        expect(answer.headers.get('x-request-id')).toMatch(UUID);
        expect(answer.body).toEqual({ ok: true, data: { name: answer.headers.get('x-request-id') } });
      },
    );
  });

  describe('lets in', () => {
    const tokens = () => app.get(AccessTokens);
    const alice = { userId: 7, username: 'alice', sessionId: 's-1', roles: [] };
    const as = (token: string | undefined) => new HttpClient(origin, () => token);
    const code = async (path: string, token: string | undefined) => {
      const { body, status } = await as(token).request(path);
      return body.ok ? body.data : `${status} ${body.error.code}`;
    };

    it('a user where users may go, and nobody else', async () => {
      expect(await code(forUsers.path, await tokens().sign(alice, 60))).toEqual({ who: '7 alice' });
      const others = [
        undefined,
        'made up',
        await tokens().signService('chat-service', 'test-service'),
        await tokens().signService('chat-service', 'chat-backend'),
      ];
      for (const token of others) expect(await code(forUsers.path, token)).toBe('401 AUTH_INVALID');
    });

    it.each(Object.entries(badTokens(SECRET, { id: 7, username: 'alice' })))(
      'no user with a bad token: %s',
      async (_what, token) => {
        expect(await code(forUsers.path, token)).toBe('401 AUTH_INVALID');
      },
    );

    it('a service of ours where it was sent to, and nobody else', async () => {
      expect(
        await code(forServices.path, await tokens().signService('chat-service', 'test-service')),
      ).toEqual({
        who: 'a service',
      });
      const others = [
        undefined,
        'made up',
        await tokens().sign(alice, 60),
        await tokens().signService('chat-service', 'user-service'),
      ];
      for (const token of others) expect(await code(forServices.path, token)).toBe('401 AUTH_INVALID');
    });

    it('anybody where it is public, whatever they carry', async () => {
      for (const token of [undefined, 'made up'])
        expect(await code('/things?search=x', token)).toEqual([{ name: 'x' }]);
      expect(await (await fetch(`${origin}/without-contract`)).text()).toBe('plain');
    });
  });

  it('counts requests by the pattern of their route, never by what stands in it', async () => {
    for (const path of ['/things/81726354', '/things/500', '/nowhere/81726354']) await client.request(path);
    const text = await (await fetch(`${origin}/metrics`)).text();
    expect(text).toMatch(/^http_requests_total\{method="GET",route="\/things\/:id",status="200"\} \d+$/m);
    expect(text).toMatch(/^http_requests_total\{method="GET",route="\/things\/:id",status="500"\} \d+$/m);
    expect(text).toMatch(/^http_request_duration_seconds_count\{method="GET",route="\/things\/:id"\} \d+$/m);
    expect(text).toMatch(/route="unmatched",status="404"/);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(text).not.toContain('81726354');
  });

  it('reports how it is: alive, ready when what it needs is there, not ready on its way out', async () => {
    const registry = app.get(HealthRegistry);
    const state = async (path: string) => {
      const { status, body } = await client.request(path);
      return { status, data: 'data' in body ? body.data : undefined };
    };
    const who = { service: 'test-service', instance: 'test-1' };
    let store = () => Promise.resolve();
    registry.register('store', () => store());
    registry.register('nice to have', () => Promise.reject(new Error('away')), { critical: false });
    const checks = { store: 'up', 'nice to have': 'away' };
    for (const path of ['/health', '/health/ready']) {
      expect(await state(path)).toEqual({ status: 200, data: { ...who, status: 'up', checks } });
    }
    store = () => Promise.reject(new Error('no answer'));
    for (const path of ['/health', '/health/ready']) {
      const down = { ...who, status: 'down', checks: { ...checks, store: 'no answer' } };
      expect(await state(path)).toEqual({ status: 503, data: down });
    }
    expect(await state('/health/live')).toEqual({ status: 200, data: { ...who, status: 'up', checks: {} } });
    store = () => Promise.resolve();
    registry.drain();
    expect(await state('/health/ready')).toMatchObject({
      status: 503,
      data: { checks: { process: 'draining' } },
    });
    expect(await state('/health/live')).toMatchObject({ status: 200 });
  });
});

describe('a service does not start', () => {
  it('when a route of its contract has no handler', async () => {
    await expect(startTestService({ controllers: [] })).rejects.toThrow('POST /things has no handler');
  });

  it('when it handles a route that is not its own', async () => {
    await expect(startTestService({ routes: [] })).rejects.toThrow(
      'GET /for-users has a handler here but belongs elsewhere',
    );
  });

  it('when something is served that is neither a contract nor a page', async () => {
    @Controller()
    class Stray extends ThingsController {
      @Get('/left-open')
      leftOpen(): string {
        return 'open';
      }
    }
    await expect(startTestService({ controllers: [Stray] })).rejects.toThrow(
      'leftOpen is a route without a contract: anybody may call it',
    );
  });

  it('when a route has two handlers', async () => {
    class Twin extends ThingsController {}
    await expect(startTestService({ controllers: [ThingsController, Twin] })).rejects.toThrow(
      'GET /things has 2 handlers',
    );
  });
});
