import type { NestExpressApplication } from '@nestjs/platform-express';
import { HealthRegistry } from '@app/platform';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EventPublisher, OutboxRelay, ReliableRmqServer } from '../src/index';
import { Admin, event, ownBroker, startApp, uniqueName } from './support/messaging-app';
import { OutboxInMemory } from './support/outbox-in-memory';

/*
 * The order matters: RabbitMQ 3.10 writes down the names of its quorum queues when it is stopped. One that is killed before that
 * forgets those that it has just been given. Each call of its tools is a process, which takes a while.
 */
describe('a broker that takes something away', { timeout: 60_000 }, () => {
  let rabbit: Awaited<ReturnType<typeof ownBroker>>;
  let admin: Admin;
  let app: NestExpressApplication;
  const outbox = new OutboxInMemory();
  const seen: string[] = [];
  const service = uniqueName('s');
  const queue = `${service}.message.created`;

  beforeAll(async () => {
    rabbit = await ownBroker();
    app = await startApp({
      url: rabbit.rabbitmqUrl,
      service,
      exchange: uniqueName('x'),
      handle: ({ id }) => Promise.resolve(void seen.push(id)),
    });
    app.get(OutboxRelay).use(outbox);
    admin = await Admin.connect(rabbit.rabbitmqUrl);
    await up();
  });
  afterAll(async () => {
    await admin.close();
    await app.close();
    await rabbit.stop();
  });

  const up = () =>
    vi.waitFor(
      () =>
        expect([app.get(EventPublisher).connected, app.get(ReliableRmqServer).state]).toEqual([true, 'up']),
      { timeout: 15_000 },
    );
  const send = (...ids: string[]) => {
    const events = ids.map((id) => event(id));
    outbox.add(events);
    app.get(OutboxRelay).publishSoon(events);
  };
  const consumed = (...ids: string[]) =>
    vi.waitFor(() => expect(seen).toEqual(expect.arrayContaining(ids)), { timeout: 15_000 });
  /** A consumer is at the queue again, and what was said before and after the fault has come. */
  const expectRecovery = async (name: string) => {
    admin = await Admin.connect(rabbit.rabbitmqUrl);
    await vi.waitFor(async () => expect((await admin.inspect(queue)).consumers).toBe(1), { timeout: 15_000 });
    await up();
    send(`${name} after`);
    await consumed(`${name} before`, `${name} after`);
    await vi.waitFor(() => expect(outbox.unmarked.size).toBe(0), { timeout: 15_000 });
  };

  it('its connections, by an operator', async () => {
    send('closed before');
    await rabbit.rabbitmqctl('close_all_connections', 'said the test');
    await expectRecovery('closed');
  });

  it('itself for a moment, in good order', async () => {
    await rabbit.rabbitmqctl('stop_app');
    await vi.waitFor(() => expect(app.get(EventPublisher).connected).toBe(false), { timeout: 10_000 });
    send('restarted before');
    await rabbit.rabbitmqctl('start_app');
    await expectRecovery('restarted');
  });

  it('the channels, because something was asked that it refuses (406)', async () => {
    const consumer = app.get(ReliableRmqServer)['consumers'][0]!;
    const channel = consumer['channel']!;
    const closed = new Promise((resolve) => void channel.once('close', resolve));
    channel.ack({ fields: { deliveryTag: 1_000_000 } } as Parameters<typeof channel.ack>[0]);
    send('refused before');
    await closed;
    await expectRecovery('refused');

    const publisher = app.get(EventPublisher)['sender']['channel']!;
    const gone = new Promise((resolve) => void publisher.once('close', resolve));
    await expect(publisher.assertQueue(queue, { durable: false })).rejects.toMatchObject({ code: 406 });
    await gone;
    await expectRecovery('refused');
  });

  it('the queue, which somebody makes anew before we can', async () => {
    send('deleted before');
    await consumed('deleted before');
    await admin.deleteQueue(queue);
    // RabbitMQ 3.10 tells consumers a moment later; not at all when the queue is there again by then (ADR 0008).
    await vi.waitFor(() => expect(app.get(ReliableRmqServer).state).not.toBe('up'), { timeout: 15_000 });
    await admin.declareLike(service);
    await expectRecovery('deleted');
  });

  it('its ear, having no memory left: events wait in the outbox, and health says so', async () => {
    await rabbit.rabbitmqctl('set_vm_memory_high_watermark', '0.0001');
    // A broker tells of the alarm only those who send.
    send('blocked before');
    await vi.waitFor(() => expect(app.get(EventPublisher).connected).toBe(false), { timeout: 10_000 });
    const { up: ready, checks } = await app.get(HealthRegistry).run();
    expect(ready).toBe(true);
    expect(checks['rabbitmq']).toMatch(/^degraded: blocked by the broker/);
    send('blocked meanwhile');
    expect(outbox.unmarked.size).toBe(2);
    expect(seen).not.toContain('blocked meanwhile');

    await rabbit.rabbitmqctl('set_vm_memory_high_watermark', 'absolute', '1GB');
    await expectRecovery('blocked');
    expect(seen).toContain('blocked meanwhile');
    expect((await app.get(HealthRegistry).run()).checks['rabbitmq']).toBe('up');
  });

  it('its life, by kill -9: what was sent before, during and after it arrives, and the outbox empties', async () => {
    const ids = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => `killed ${from + i}`);
    send(...ids(0, 500));
    await vi.waitFor(() => expect(outbox.unmarked.size).toBe(0), { timeout: 10_000 });

    send(...ids(500, 2_000));
    await admin.close();
    rabbit.rabbitmq.kill('SIGKILL');
    await rabbit.rabbitmq.exited();
    await vi.waitFor(() => expect(app.get(EventPublisher).connected).toBe(false));
    send(...ids(2_500, 500));
    expect(outbox.unmarked.size).toBeGreaterThanOrEqual(500);
    await rabbit.rabbitmq.restart();
    admin = await Admin.connect(rabbit.rabbitmqUrl);

    const all = ids(0, 3_000);
    const missing = () => {
      const had = new Set(seen);
      return all.filter((id) => !had.has(id)).length;
    };
    await vi.waitFor(() => expect(missing()).toBe(0), { timeout: 25_000, interval: 500 });
    await vi.waitFor(() => expect(outbox.unmarked.size).toBe(0), { timeout: 5_000 });
    send('killed last');
    await app.get(OutboxRelay).drain();
    expect(outbox.unmarked.size).toBe(0);
  });
});
