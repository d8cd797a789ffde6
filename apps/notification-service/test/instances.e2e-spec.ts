import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, messageEvent, publish, stores, TestService } from './support/notification-app';

describe('two instances of the notification service', () => {
  let servers: Awaited<ReturnType<typeof stores>>;
  let service: TestService;
  let first: NestExpressApplication;
  let second: NestExpressApplication;

  beforeAll(async () => {
    servers = await stores();
  });
  afterAll(() => servers.stop());
  beforeEach(async () => {
    service = new TestService(servers);
    [first, second] = await Promise.all([service.start(), service.start()]);
  });
  afterEach(() => service.close());

  const contents = async (app: NestExpressApplication, userId: number) => {
    const { data } = await call(app, userId, 'GET', '/notifications?limit=100');
    return (data as { content: string }[]).map(({ content }) => Number(content)).sort((a, b) => a - b);
  };

  it('push each notification once to a device, whichever of them has the event and the socket', async () => {
    const devices = [await service.device(first, 7), await service.device(second, 7)];
    // The instances have heard of each other when something said on one is heard on the other.
    await vi.waitFor(
      async () => {
        await publish(first, messageEvent({ recipientIds: [7], preview: '-1' }));
        expect(devices.every((device) => device.of('notification:created').length > 0)).toBe(true);
      },
      { timeout: 15_000, interval: 500 },
    );
    for (let i = 0; i < 60; i++) await publish(first, messageEvent({ recipientIds: [7], preview: `${i}` }));
    for (const device of devices) {
      const seen = () =>
        device
          .of('notification:created')
          .map(({ content }) => Number(content))
          .filter((n) => n >= 0);
      await vi.waitFor(() => expect(seen()).toHaveLength(60), { timeout: 5_000 });
      expect(new Set(seen()).size).toBe(60);
    }
    const read = await call(second, 7, 'POST', '/notifications/read-all');
    expect(read.data).toEqual({ count: 0 });
    for (const device of devices) {
      await vi.waitFor(() => expect(device.of('notification:count').at(-1)).toEqual({ count: 0 }), {
        timeout: 5_000,
      });
    }
  });

  it('store every notification once while one of them stops and starts again under load', async () => {
    const total = 90;
    const publishAll = async () => {
      for (let i = 0; i < total; i++)
        await publish(first, messageEvent({ recipientIds: [8], preview: `${i}` }));
    };
    const publishing = publishAll();
    await service.stop(second);
    second = await service.start();
    await publishing;
    const all = Array.from({ length: total }, (_, i) => i);
    await vi.waitFor(async () => expect(await contents(second, 8)).toEqual(all), { timeout: 10_000 });
  });
});
