import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './support/gateway';
import { Upstream } from './support/upstream';
import { metric, openRaw, raw, upgradeRequest, WEBSOCKET_PATH } from './support/wire';

const ACTIVE = 'websocket_connections_active{service="chat-service"}';

describe('upgrades', () => {
  let chat: Upstream;
  let gateway: Gateway;
  const start = async (settings: Parameters<typeof startGateway>[0] = {}) => {
    gateway = await startGateway({ CHAT_SERVICE_URL: [chat.url], USER_SERVICE_URL: [chat.url], ...settings });
  };

  beforeEach(async () => {
    chat = await Upstream.start({ name: 'chat-1' });
  });

  afterEach(async () => {
    await gateway.close();
    await chat.kill();
  });

  it.each([
    ['/users/me', 404],
    ['/health', 404],
    ['/nowhere', 404],
    ['/internal', 404],
    ['/api/v1/socket.io/?EIO=4&transport=websocket', 404],
    ['/socket.io/..;/users', 400],
    ['//evil/socket.io/', 400],
  ])('to %s are refused', async (path, status) => {
    await start();
    expect(await raw(gateway.port, upgradeRequest(path))).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [^]*"ok":false`),
    );
  });

  it('from a foreign origin are refused; without an origin they pass', async () => {
    await start({ ALLOWED_ORIGINS: ['https://app.example.com'] });
    for (const Origin of ['https://evil.io', 'https://app.example.com.evil.io', 'null']) {
      expect(await raw(gateway.port, upgradeRequest(WEBSOCKET_PATH, { Origin }))).toMatch(
        /^HTTP\/1\.1 403 [^]*FORBIDDEN/,
      );
    }
    (await openRaw(gateway.port)).destroy();
  });

  it('beyond the budget of an address are refused, until one closes', async () => {
    await start({ MAX_SOCKETS_PER_ADDRESS: 2 });
    const [first, second] = [await openRaw(gateway.port), await openRaw(gateway.port)];
    expect(await raw(gateway.port, upgradeRequest(WEBSOCKET_PATH))).toMatch(
      /^HTTP\/1\.1 429 [^]*RATE_LIMITED/,
    );
    first.destroy();
    await expect.poll(() => metric(gateway, ACTIVE)).toBe(1);
    (await openRaw(gateway.port)).destroy();
    second.destroy();
  });

  it('to a service that is down are refused with UNAVAILABLE', async () => {
    await start();
    await chat.kill();
    expect(await raw(gateway.port, upgradeRequest(WEBSOCKET_PATH))).toMatch(
      /^HTTP\/1\.1 503 [^]*UNAVAILABLE/,
    );
  });

  it('carry our headers, not the ones that a client claims', async () => {
    await start();
    const seen = new Promise<IncomingHttpHeaders>((resolve) => {
      chat.io.engine.once('connection', ({ request }: { request: IncomingMessage }) =>
        resolve(request.headers),
      );
    });
    const path = `${WEBSOCKET_PATH}&token=secret`;
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(
      upgradeRequest(path, { 'X-User-Id': '1', 'X-Forwarded-For': '6.6.6.6', 'X-Request-Id': 'request-42' }),
    );
    const headers = await seen;
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-request-id': 'request-42' });
    expect(headers).not.toHaveProperty('x-user-id');
    socket.destroy();
  });

  it.each([
    // Half-open: it says that it will send nothing more, and never closes.
    ['ends', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('leave nothing behind when the client %s', async (_how, leave) => {
    await start();
    const sockets = await Promise.all(Array.from({ length: 50 }, () => openRaw(gateway.port)));
    expect(await metric(gateway, ACTIVE)).toBe(50);
    expect(chat.io.engine.clientsCount).toBe(50);
    sockets.forEach(leave);
    await expect.poll(() => metric(gateway, ACTIVE)).toBe(0);
    await expect.poll(() => chat.io.engine.clientsCount).toBe(0);
  });

  it('are closed when the service resets', async () => {
    await start();
    const sockets = await Promise.all(Array.from({ length: 20 }, () => openRaw(gateway.port)));
    const closed = sockets.map((socket) => once(socket.resume(), 'end'));
    for (const socket of chat.sockets) socket.resetAndDestroy();
    await Promise.all(closed);
    await expect.poll(() => metric(gateway, ACTIVE)).toBe(0);
  });
});
