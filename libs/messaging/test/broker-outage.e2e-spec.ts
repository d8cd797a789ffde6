import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EventPublisher, OutboxRelay, ReliableRmqServer, type OutgoingEvent } from '../src/index';
import { event, ownBroker, startApp, uniqueName } from './support/messaging-app';

/** An outbox in memory: what a producer's database would hold. */
class Outbox {
  readonly unmarked = new Map<string, OutgoingEvent>();

  add(events: OutgoingEvent[]): void {
    for (const entry of events) this.unmarked.set(entry.id, entry);
  }

  markPublished(ids: string[]): Promise<void> {
    for (const id of ids) this.unmarked.delete(id);
    return Promise.resolve();
  }

  takePending(olderThanMs: number, limit: number): Promise<OutgoingEvent[]> {
    const old = [...this.unmarked.values()].filter(({ at }) => Date.now() - at.getTime() > olderThanMs);
    return Promise.resolve(old.slice(0, limit));
  }
}

describe('a broker that dies', () => {
  let rabbit: Awaited<ReturnType<typeof ownBroker>>;
  let app: NestExpressApplication;
  const outbox = new Outbox();
  const seen = new Map<string, number>();

  beforeAll(async () => {
    rabbit = await ownBroker();
    app = await startApp({
      url: rabbit.rabbitmqUrl,
      service: uniqueName('s'),
      exchange: uniqueName('x'),
      handle: ({ id }) => Promise.resolve(void seen.set(id, (seen.get(id) ?? 0) + 1)),
    });
    app.get(OutboxRelay).use(outbox);
    await connected();
    // A quorum queue that is younger than the broker's last save of its register does not survive kill -9 (RabbitMQ 3.10).
    await rabbit.rabbitmq.stop();
    await vi.waitFor(() => expect(app.get(EventPublisher).connected).toBe(false), { timeout: 10_000 });
    await rabbit.rabbitmq.restart();
    await connected();
  });
  afterAll(async () => {
    await app.close();
    await rabbit.stop();
  });

  const connected = () =>
    vi.waitFor(
      () =>
        expect([app.get(EventPublisher).connected, app.get(ReliableRmqServer).state]).toEqual([true, 'up']),
      { timeout: 15_000 },
    );
  const send = (from: number, count: number) => {
    const events = Array.from({ length: count }, (_, i) => event(`${from + i}`));
    outbox.add(events);
    app.get(OutboxRelay).publishSoon(events);
  };

  it('loses nothing: what was sent before, during and after kill -9 arrives, and the outbox empties', async () => {
    const relay = app.get(OutboxRelay);
    send(0, 500);
    await vi.waitFor(() => expect(seen.size).toBe(500), { timeout: 10_000 });
    await vi.waitFor(() => expect(outbox.unmarked.size).toBe(0));

    send(500, 2_000);
    rabbit.rabbitmq.kill('SIGKILL');
    await rabbit.rabbitmq.exited();
    await vi.waitFor(() => expect(app.get(EventPublisher).connected).toBe(false));
    send(2_500, 500);
    expect(outbox.unmarked.size).toBeGreaterThanOrEqual(500);
    await rabbit.rabbitmq.restart();

    await vi.waitFor(() => expect(seen.size).toBe(3_000), { timeout: 25_000 });
    await vi.waitFor(() => expect(outbox.unmarked.size).toBe(0), { timeout: 5_000 });
    send(3_000, 1);
    await relay.drain();
    expect(outbox.unmarked.size).toBe(0);
  }, 60_000);
});
