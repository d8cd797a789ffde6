import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventPublisher } from '../src/index';
import { Admin, broker, event, startApp, uniqueName } from './support/messaging-app';

describe('publisher confirms', () => {
  let url: string;
  let stop: () => Promise<void>;
  let admin: Admin;
  let app: NestExpressApplication;
  let publisher: EventPublisher;
  const exchange = uniqueName('x');
  const queue = uniqueName('q');

  beforeAll(async () => {
    ({ url, stop } = await broker());
    admin = await Admin.connect(url);
  });
  afterAll(async () => {
    await admin.close();
    await stop();
  });
  beforeEach(async () => {
    app = await startApp({ url, service: uniqueName('s'), exchange });
    publisher = app.get(EventPublisher);
    await vi.waitFor(() => expect(publisher.connected).toBe(true), { timeout: 5_000 });
  });
  afterEach(async () => {
    await app.close();
    await admin.deleteQueue(queue);
  });

  it('resolve when the broker has the event', async () => {
    await admin.bind(queue, exchange, 'message.created');
    await publisher.publish(event('1'));
    const stored = await admin.take(queue);
    expect(JSON.parse(stored?.body ?? '{}')).toMatchObject({
      id: '1',
      type: 'message.created',
      v: 1,
      traceId: 'trace',
    });
    expect(stored?.headers['v']).toBe(1);
  });

  it('reject an event that no queue wants, and it alone', async () => {
    await expect(publisher.publish(event('lost'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'no queue wanted the message',
    });
    await admin.bind(queue, exchange, 'message.created');
    await publisher.publish(event('kept'));
    expect((await admin.inspect(queue)).messages).toBe(1);
  });

  it('reject what exceeds the window at once, and keep the rest', async () => {
    await admin.bind(queue, exchange, 'message.created');
    const results = await Promise.allSettled(
      Array.from({ length: 1_200 }, (_, i) => publisher.publish(event(`${i}`))),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(200);
    expect((await admin.inspect(queue)).messages).toBe(1_000);
  });

  it('reject everything while there is no broker', async () => {
    const alone = await startApp({ url: 'amqp://127.0.0.1:1', service: 'alone', exchange });
    await expect(alone.get(EventPublisher).publish(event('1'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    await alone.close();
  });
});
