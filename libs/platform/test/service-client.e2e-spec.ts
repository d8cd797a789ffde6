import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { AccessTokens, ServiceClient, type ServiceClientOptions } from '../src/index';
import { forServices, getThing, listThings, makeThing, startTestService } from './support/test-service';

const name = 'a';

describe('a call from service to service', () => {
  let app: NestExpressApplication;
  let origin: string;

  beforeAll(async () => {
    ({ app, origin } = await startTestService());
  });
  afterAll(() => app.close());

  const client = (urls: string[], options: Partial<ServiceClientOptions> = {}) =>
    new ServiceClient(app.get(AccessTokens), {
      caller: 'caller-service',
      target: 'test-service',
      urls,
      deadlineMs: 10_000,
      ...options,
    });
  /** A server of its own that does what it is told, and counts. */
  const server = async (answer: RequestListener) => {
    const seen: { url?: string; authorization?: string }[] = [];
    const http = createServer((request, response) => {
      seen.push({ url: request.url, authorization: request.headers.authorization });
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    onTestFinished(() => {
      http.close();
      http.closeAllConnections();
    });
    return { seen, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
  };
  /** A port on which nobody listens any more. */
  const refusing = async () => {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    http.close();
    await once(http, 'close');
    return `http://127.0.0.1:${port}`;
  };
  /** One that takes connections, and closes them at once. */
  const closing = async () => {
    const tcp = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    onTestFinished(() => void tcp.close());
    return `http://127.0.0.1:${(tcp.address() as AddressInfo).port}`;
  };
  const failureOf = (call: Promise<unknown>): Promise<AppError> =>
    call.then(
      () => expect.unreachable('the call succeeded'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(AppError);
        return error as AppError;
      },
    );

  it('brings a token that the target takes, and all parts of its input', async () => {
    expect(await client([origin]).call(forServices)).toEqual({ who: 'a service' });
    expect(await client([origin]).call(makeThing, { body: { name } })).toEqual({ name });
    expect(await client([origin]).call(listThings, { query: { search: 'x&y' } })).toEqual([{ name: 'x&y' }]);
  });

  it('signs the token as the caller, for the target only', async () => {
    const { url, seen } = await server((_request, response) =>
      response.end('{"ok":true,"data":{"who":"x"}}'),
    );
    await client([url]).call(forServices);
    const [header = ''] = seen.map(({ authorization }) => authorization);
    const [, payload = ''] = header.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    expect(header).toMatch(/^Bearer /);
    expect(claims).toMatchObject({ sub: 'caller-service', aud: 'test-service' });
  });

  it('goes to one instance after the other', async () => {
    const answer: RequestListener = (_request, response) => response.end('{"ok":true,"data":[]}');
    const servers = [await server(answer), await server(answer)];
    const both = client(servers.map(({ url }) => url));
    for (let i = 0; i < 4; i++) await both.call(listThings);
    expect(servers.map(({ seen }) => seen.length)).toEqual([2, 2]);
  });

  it('goes to the next instance when one refuses connections, whatever the route', async () => {
    const refused = await refusing();
    for (const url of [refused, refused.replace('127.0.0.1', 'localhost'), 'http://no.invalid']) {
      const half = client([url, origin]);
      for (let i = 0; i < 4; i++) expect(await half.call(makeThing, { body: { name } })).toEqual({ name });
    }
  });

  it('goes to the next instance when one closes its connections at once, where twice is as good as once', async () => {
    const half = client([await closing(), origin]);
    for (let i = 0; i < 4; i++) expect(await half.call(listThings)).toEqual(expect.any(Array));
  });

  it('is UNAVAILABLE when all refuse', async () => {
    const nobody = client([await refusing(), await refusing()]);
    expect(await failureOf(nobody.call(forServices))).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^the test service /),
    });
  });

  it('is repeated after a broken connection only where twice is as good as once', async () => {
    const breakOff: RequestListener = (request) => request.socket.destroy();
    const breaking = [await server(breakOff), await server(breakOff)];
    const urls = breaking.map(({ url }) => url);
    const requests = () => breaking.reduce((sum, { seen }) => sum + seen.length, 0);
    const input = { body: { name } };
    expect((await failureOf(client(urls).call(makeThing, input))).code).toBe('UNAVAILABLE');
    expect(requests()).toBe(1);
    expect((await failureOf(client(urls).call(makeThing, { ...input, idempotent: true }))).code).toBe(
      'UNAVAILABLE',
    );
    expect(requests()).toBe(3);
    expect((await failureOf(client(urls).call(listThings))).code).toBe('UNAVAILABLE');
    expect(requests()).toBe(5);
  });

  it('fails with what the target has refused', async () => {
    const get = (id: number) => failureOf(client([origin]).call(getThing, { params: { id } }));
    expect(await get(404)).toMatchObject({ code: 'NOTFOUND', message: 'thing not found' });
    expect(await get(429)).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1_500 });
    const wrong = client([origin]).call(makeThing, { body: { name: 7 as unknown as string } });
    expect(await failureOf(wrong)).toMatchObject({ code: 'BAD_REQUEST', details: [{ field: 'name' }] });
  });

  it('is UNAVAILABLE when the target breaks, or does not take our token', async () => {
    const { code, message } = await failureOf(client([origin]).call(getThing, { params: { id: 500 } }));
    expect(code).toBe('UNAVAILABLE');
    expect(message).not.toContain('12345');
    const stranger = client([origin], { target: 'another-service' });
    expect((await failureOf(stranger.call(forServices))).code).toBe('UNAVAILABLE');
  });

  it.each([
    ['no JSON', 200, 'hello'],
    ['no envelope', 200, '{"who":"x"}'],
    ['nothing', 200, 'null'],
    ['a refusal with a good status', 200, '{"ok":false}'],
    ['an unknown code', 400, '{"ok":false,"error":{"code":"toString"}}'],
    ['another page', 404, '<html>'],
  ])('is UNAVAILABLE when the answer is %s', async (_what, status, text) => {
    const { url } = await server((_request, response) => response.writeHead(status).end(text));
    expect((await failureOf(client([url]).call(forServices))).code).toBe('UNAVAILABLE');
  });

  it('takes its token nowhere else', async () => {
    const elsewhere = await server((_request, response) => response.end('{"ok":true,"data":{"who":"x"}}'));
    const { url } = await server((_request, response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    expect((await failureOf(client([url]).call(forServices))).code).toBe('UNAVAILABLE');
    expect(elsewhere.seen).toEqual([]);
  });

  it.each([
    ['says nothing', () => undefined],
    ['does not finish its answer', (_request, response) => response.write('{"ok":true,')],
  ] as [string, RequestListener][])(
    'is UNAVAILABLE after the deadline when the target %s, and nobody else is asked',
    async (_what, answer) => {
      const servers = [await server(answer), await server(answer)];
      const patient = client(
        servers.map(({ url }) => url),
        { deadlineMs: 300 },
      );
      const began = performance.now();
      expect((await failureOf(patient.call(listThings))).code).toBe('UNAVAILABLE');
      expect(performance.now() - began).toBeGreaterThan(290);
      expect(servers.reduce((sum, { seen }) => sum + seen.length, 0)).toBe(1);
    },
  );
});
