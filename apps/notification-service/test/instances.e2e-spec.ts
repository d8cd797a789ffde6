import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryService } from '../src/delivery/delivery.service';
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
    const { data } = await call(app, userId, 'GET', '/notifications?collapse=false&limit=100');
    return (data as { content: string }[]).map(({ content }) => Number(content)).sort((a, b) => a - b);
  };

  /** A device at each instance, when what is said on one is heard on the other. */
  async function devicesOf(userId: number) {
    const devices = [await service.device(first, userId), await service.device(second, userId)];
    await vi.waitFor(
      async () => {
        await publish(first, messageEvent({ recipientIds: [userId], preview: '-1' }));
        expect(devices.every((device) => device.of('notification:created').length > 0)).toBe(true);
      },
      { timeout: 15_000, interval: 500 },
    );
    return devices;
  }

  it('push each notification once to a device, whichever of them has the event and the socket', async () => {
    const devices = await devicesOf(7);
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

  it('get a copy of one event each: it is stored once and pushed once, whoever is faster', async () => {
    const devices = await devicesOf(9);
    const handling = [first, second].map((app) => vi.spyOn(app.get(DeliveryService), 'messageCreated'));
    const copy = messageEvent({ recipientIds: [9], preview: '1' });
    await vi.waitFor(
      async () => {
        await publish(first, copy);
        const had = handling.map(({ mock }) => mock.calls.filter(([{ id }]) => id === copy.id).length);
        expect(Math.min(...had)).toBeGreaterThan(2);
      },
      { timeout: 15_000 },
    );
    // What is said last is heard last.
    await publish(first, messageEvent({ recipientIds: [9], preview: '2' }));
    for (const device of devices) {
      const seen = () => device.of('notification:created').map(({ content }) => Number(content));
      await vi.waitFor(() => expect(seen()).toContain(2), { timeout: 5_000 });
      expect(seen().filter((n) => n > 0)).toEqual([1, 2]);
    }
    expect((await contents(first, 9)).filter((n) => n > 0)).toEqual([1, 2]);
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
