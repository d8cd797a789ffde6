import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClusterBus } from '../src/index';
import { broker, startApp, uniqueName } from './support/messaging-app';

describe('cluster bus', () => {
  let stop: () => Promise<void>;
  let apps: NestExpressApplication[];
  const received: string[][] = [[], [], []];

  beforeAll(async () => {
    const rabbit = await broker();
    stop = rabbit.stop;
    const service = uniqueName('s');
    const names = [service, service, uniqueName('other')];
    apps = await Promise.all(
      names.map((name) => startApp({ url: rabbit.url, service: name, exchange: uniqueName('x') })),
    );
    apps.forEach((app, index) =>
      app.get(ClusterBus).subscribe((message) => received[index]?.push(message.toString())),
    );
    await vi.waitFor(() => expect(apps.every((app) => app.get(ClusterBus).connected)).toBe(true), {
      timeout: 5_000,
    });
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await stop();
  });

  it('brings a message to the other instances of the service, in order, and to nobody else', async () => {
    const [first, second] = apps.map((app) => app.get(ClusterBus));
    for (let i = 0; i < 100; i++) first?.publish(Buffer.from(`${i}`));
    await vi.waitFor(() => expect(received[1]).toHaveLength(100));
    expect(received[1]).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
    second?.publish(Buffer.from('answer'));
    await vi.waitFor(() => expect(received[0]).toEqual(['answer']));
    expect(received[2]).toEqual([]);
  });

  it('drops instead of waiting while there is no broker', async () => {
    const alone = await startApp({ url: 'amqp://127.0.0.1:1', service: 'alone', exchange: 'x' });
    const bus = alone.get(ClusterBus);
    bus.subscribe(() => undefined);
    bus.publish(Buffer.from('lost'));
    expect(bus.connected).toBe(false);
    await alone.close();
  });
});
