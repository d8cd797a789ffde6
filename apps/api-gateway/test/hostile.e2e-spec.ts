import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './support/gateway';
import { Upstream } from './support/upstream';
import { raw } from './support/wire';

describe('requests that could be read in two ways', () => {
  let users: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    users = await Upstream.start({ name: 'user-1' });
    gateway = await startGateway({ USER_SERVICE_URL: [users.url], CHAT_SERVICE_URL: [users.url] });
  });

  afterAll(async () => {
    await gateway.close();
    await users.kill();
  });

  const request = (line: string, headers = '', body = '') =>
    raw(gateway.port, `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n${body}`);

  it.each([
    ['//evil/auth/x'],
    ['http://127.0.0.1/auth/x'],
    ['/auth/..;/internal/users/known'],
    ['/auth/../internal'],
    ['/auth/./x'],
    ['/auth/%2e%2e/internal'],
    ['/auth%2flogin'],
    ['/auth/%5c..'],
    ['/auth\\login'],
    ['/auth/%00'],
    ['/auth/%zz'],
    ['/auth//login'],
    ['/auth/login#x'],
    ['/auth/login;a=b'],
    ['*'],
  ])('target %s is refused', async (target) => {
    const before = users.seen.length;
    expect(await request(`GET ${target}`)).toMatch(/^HTTP\/1\.1 400 [^]*"code":"BAD_REQUEST"/);
    expect(users.seen).toHaveLength(before);
  });

  it.each([
    ['both lengths', 'POST /auth/x', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'],
    ['two lengths', 'POST /auth/x', 'Content-Length: 4\r\nContent-Length: 5\r\n', 'abcd'],
    ['an odd encoding', 'POST /auth/x', 'Transfer-Encoding: xchunked\r\n', ''],
    ['a chunked DELETE', 'DELETE /auth/x', 'Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'],
    ['a folded header', 'GET /auth/x', 'X-A: 1\r\n X-B: 2\r\n', ''],
    ['two hosts', 'GET /auth/x', 'Host: y\r\n', ''],
    ['more than 100 headers', 'GET /auth/x', 'X-A: 1\r\n'.repeat(120), ''],
    ['more than 16 KiB of headers', 'GET /auth/x', `X-A: ${'a'.repeat(20_000)}\r\n`, ''],
    ['no HTTP', 'HELLO', '', ''],
  ])('%s: refused', async (_name, line, headers, body) => {
    const before = users.seen.length;
    expect(await request(line, headers, body)).toMatch(/^HTTP\/1\.1 400 [^]*"code":"BAD_REQUEST"/);
    expect(users.seen).toHaveLength(before);
  });

  it('upgrades to h2c are refused', async () => {
    const answer = await raw(
      gateway.port,
      'GET /auth/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('CONNECT is closed', async () => {
    expect(await raw(gateway.port, 'CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
  });

  it('headers and bodies that never end are cut off within ten seconds', async () => {
    const started = Date.now();
    const slow = (text: string) =>
      new Promise<number>((resolve) => {
        const socket = connect(gateway.port, '127.0.0.1', () => socket.write(text));
        const drip = setInterval(() => socket.write('a'), 500);
        socket.on('error', () => undefined);
        socket.resume();
        socket.on('close', () => {
          clearInterval(drip);
          resolve(Date.now() - started);
        });
      });
    const times = await Promise.all([
      slow('GET /auth/x HTTP/1.1\r\nHost: x\r\nX-Slow: '),
      slow('POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n'),
      slow('POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n'),
    ]);
    for (const time of times) expect(time).toBeLessThan(10_000);
  });
});
