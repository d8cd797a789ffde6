import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { messageCreatedEvent } from '@app/contracts';
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
      takePending: (olderThanMs, limit, from = new Date(0)) =>
        Promise.resolve(
          pending.filter(({ at }) => at >= from && Date.now() - at.getTime() > olderThanMs).slice(0, limit),
        ),
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

  it('sweeps on without a pause also when what it took was not a batch to the number', async () => {
    pending = events(3_000).map((entry) => ({ ...entry, at: new Date(Date.now() - 60_000) }));
    relay.use({
      markPublished: (ids) => Promise.resolve(void (pending = pending.filter(({ id }) => !ids.includes(id)))),
      // Some entries have nobody to tell, others several parts.
      takePending: (_olderThanMs, limit) => Promise.resolve(pending.slice(0, limit - 400)),
    });
    // With a pause after each of them it would take half a minute.
    await vi.waitFor(() => expect(pending).toHaveLength(0), { timeout: 15_000 });
    expect((await admin.inspect(queue)).messages).toBe(3_000);
  });

  it('gets past what no queue wants to what one does', async () => {
    const old = new Date(Date.now() - 60_000);
    const unwanted = { ...messageCreatedEvent, name: 'nobody.wants' };
    pending = [
      ...events(600).map((entry) => ({ ...entry, id: `unwanted-${entry.id}`, contract: unwanted, at: old })),
      ...events(3).map((entry) => ({ ...entry, at: new Date(old.getTime() + 1) })),
    ];
    await vi.waitFor(() => expect(marked.flat().sort()).toEqual(['0', '1', '2']), { timeout: 15_000 });
    expect(pending).toHaveLength(600);
  });

  it('leaves the sweep to the process whose turn it is', async () => {
    let mine = false;
    pending = events(3).map((entry) => ({ ...entry, at: new Date(Date.now() - 60_000) }));
    let asked = 0;
    relay.use({
      markPublished: (ids) => Promise.resolve(void (pending = pending.filter(({ id }) => !ids.includes(id)))),
      takePending: () => Promise.resolve(pending),
      isMyTurn: () => Promise.resolve((asked++, mine)),
    });
    await vi.waitFor(() => expect(asked).toBeGreaterThan(1), { timeout: 15_000 });
    expect((await admin.inspect(queue)).messages).toBe(0);
    mine = true;
    await vi.waitFor(() => expect(pending).toHaveLength(0), { timeout: 15_000 });
    expect((await admin.inspect(queue)).messages).toBe(3);
  });

  it('leaves to the fast path what is young', async () => {
    pending = events(1);
    await relay.drain();
    expect((await admin.inspect(queue)).messages).toBe(0);
  });
});
