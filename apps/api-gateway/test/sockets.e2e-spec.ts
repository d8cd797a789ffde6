import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './support/gateway';
import { Upstream } from './support/upstream';
import { closeClients, connectClient, instanceOf, metric } from './support/wire';

describe('the stock Socket.IO client', () => {
  let one: Upstream;
  let two: Upstream;
  let notifications: Upstream;
  let gateway: Gateway;

  beforeEach(async () => {
    [one, two, notifications] = await Promise.all([
      Upstream.start({ name: 'chat.one' }),
      Upstream.start({ name: 'chat.two' }),
      Upstream.start({ name: 'notification-1', socketPath: '/notifications/socket.io' }),
    ]);
    gateway = await startGateway({
      CHAT_SERVICE_URL: [one.url, two.url],
      NOTIFICATION_SERVICE_URL: [notifications.url],
    });
  });

  afterEach(async () => {
    closeClients();
    await gateway.close();
    await Promise.all([one.kill(), two.kill(), notifications.kill()]);
  });

  const transportOf = (client: Awaited<ReturnType<typeof connectClient>>) => client.io.engine.transport.name;

  it('connects with a WebSocket before any HTTP request was made', async () => {
    const client = await connectClient(gateway, '/chat', { transports: ['websocket'] });
    expect(['chat.one', 'chat.two']).toContain(await instanceOf(client));
  });

  it.each([[undefined], [['websocket']], [['polling']]])(
    'spreads over two instances and stays there without cookies (%s)',
    async (transports) => {
      const clients = await Promise.all(
        Array.from({ length: 8 }, () => connectClient(gateway, '/chat', transports && { transports })),
      );
      const names = await Promise.all(clients.map(instanceOf));
      expect(names.filter((name) => name === 'chat.one')).toHaveLength(4);
      const wanted = transports?.[0] ?? 'websocket';
      await expect.poll(() => clients.map(transportOf)).toEqual(clients.map(() => wanted));
      expect(await Promise.all(clients.map(instanceOf))).toEqual(names);
      expect(await metric(gateway, 'websocket_connections_active{service="chat-service"}')).toBe(
        wanted === 'websocket' ? 8 : 0,
      );
    },
  );

  it('reaches /notifications at its own path', async () => {
    const client = await connectClient(gateway, '/notifications', { path: '/notifications/socket.io' });
    expect(await instanceOf(client)).toBe('notification-1');
  });

  it('gets what it asks for in full, however large', async () => {
    const client = await connectClient(gateway, '/chat', { transports: ['websocket'] });
    client.emit('flood', 20_000_000);
    const text = await new Promise<string>((resolve) => client.once('flooded', resolve));
    expect(text).toHaveLength(20_000_000);
  });

  it('finds the other instance when its own is killed, and the gateway does not notice', async () => {
    const clients = await Promise.all([
      ...Array.from({ length: 6 }, () => connectClient(gateway, '/chat', { transports: ['websocket'] })),
      ...Array.from({ length: 6 }, () => connectClient(gateway, '/chat', { transports: ['polling'] })),
      ...Array.from({ length: 6 }, () => connectClient(gateway, '/chat')),
    ]);
    await one.kill();
    await expect
      .poll(async () => new Set(await Promise.all(clients.map(instanceOf))), { timeout: 15_000 })
      .toEqual(new Set(['chat.two']));
    expect((await gateway.fetch('/health/ready')).status).toBe(503);
    expect((await gateway.fetch('/health/live')).status).toBe(200);
  });

  it.each(['chat.gone.c2Vzc2lvbg', 'nonsense'])(
    'is told that session %s is unknown, as Engine.IO does',
    async (sid) => {
      const answer = await gateway.fetch(`/socket.io/?EIO=4&transport=polling&sid=${sid}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({ code: 1, message: 'Session ID unknown' });
    },
  );

  it('is refused by polling from a foreign origin', async () => {
    await gateway.close();
    gateway = await startGateway({
      CHAT_SERVICE_URL: [one.url],
      ALLOWED_ORIGINS: ['https://app.example.com'],
    });
    const ask = async (origin: string) =>
      (await gateway.fetch('/socket.io/?EIO=4&transport=polling', { headers: { origin } })).status;
    expect(await ask('https://app.example.com')).toBe(200);
    for (const origin of ['https://app.example.com.evil.io', 'null']) expect(await ask(origin)).toBe(403);
  });
});
