import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventPublisher, OutboxRelay, type OutgoingEvent } from '../src/index';
import { Admin, broker, event, startApp, uniqueName } from './support/messaging-app';

describe('outbox relay', () => {
  let url: string;
  let stop: () => Promise<void>;
  let admin: Admin;
  let app: NestExpressApplication;
  let relay: OutboxRelay;
  let pending: OutgoingEvent[];
  let marked: string[][];
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
    pending = [];
    marked = [];
    await admin.bind(queue, exchange, 'message.created');
    app = await startApp({ url, service: uniqueName('s'), exchange });
    relay = app.get(OutboxRelay);
    relay.use({
      markPublished: (ids) => {
        marked.push(ids);
        pending = pending.filter(({ id }) => !ids.includes(id));
        return Promise.resolve();
      },
      takePending: (olderThanMs, limit) =>
        Promise.resolve(pending.filter(({ at }) => Date.now() - at.getTime() > olderThanMs).slice(0, limit)),
    });
    await vi.waitFor(() => expect(app.get(EventPublisher).connected).toBe(true), { timeout: 5_000 });
  });
  afterEach(async () => {
    await app.close();
    await admin.deleteQueue(queue);
  });

  const events = (count: number) => Array.from({ length: count }, (_, i) => event(`${i}`));

  it('publishes far more than the window at once, each once, and marks in batches', async () => {
    relay.publishSoon(events(5_000));
    await relay.drain();
    expect((await admin.inspect(queue)).messages).toBe(5_000);
    expect(new Set(marked.flat()).size).toBe(5_000);
    expect(marked.flat()).toHaveLength(5_000);
    expect(marked.length).toBeLessThan(100);
  });

  it('keeps what no queue wants, and sweeps it once somebody does', async () => {
    await admin.deleteQueue(queue);
    pending = events(3).map((entry) => ({ ...entry, at: new Date(Date.now() - 4_000) }));
    relay.publishSoon(pending);
    await relay.drain();
    expect(marked).toEqual([]);
    await admin.bind(queue, exchange, 'message.created');
    relay.use({
      markPublished: (ids) => Promise.resolve(void marked.push(ids)),
      takePending: () => Promise.resolve(marked.length === 0 ? pending : []),
    });
    await vi.waitFor(() => expect(marked.flat().sort()).toEqual(['0', '1', '2']), { timeout: 5_000 });
    expect((await admin.inspect(queue)).messages).toBe(3);
  });

  it('sweeps a backlog of several batches within one visit', async () => {
    pending = events(1_700).map((entry) => ({ ...entry, at: new Date(Date.now() - 60_000) }));
    await vi.waitFor(() => expect(pending).toHaveLength(0), { timeout: 5_000 });
    expect((await admin.inspect(queue)).messages).toBe(1_700);
  });

  it('leaves to the fast path what is young', async () => {
    pending = events(1);
    await relay.drain();
    expect((await admin.inspect(queue)).messages).toBe(0);
  });
});
