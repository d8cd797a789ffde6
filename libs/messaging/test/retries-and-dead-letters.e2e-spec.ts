import { AppError, type MessageCreatedDto } from '@app/contracts';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventPublisher, type IncomingEvent } from '../src/index';
import { Admin, broker, event, startApp, uniqueName } from './support/messaging-app';

describe('retries and dead letters', () => {
  let url: string;
  let stop: () => Promise<void>;
  let admin: Admin;
  let app: NestExpressApplication;
  let service: string;
  let exchange: string;
  let handle: (event: IncomingEvent<MessageCreatedDto>) => Promise<void>;
  const queue = () => `${service}.message.created`;
  const handled: { id: string; at: number }[] = [];
  const timesOf = (id: string) => handled.filter((entry) => entry.id === id).map(({ at }) => at);

  beforeAll(async () => {
    ({ url, stop } = await broker());
    admin = await Admin.connect(url);
  });
  afterAll(async () => {
    await admin.close();
    await stop();
  });
  beforeEach(async () => {
    handled.length = 0;
    service = uniqueName('s');
    exchange = uniqueName('x');
    handle = () => Promise.resolve();
    app = await startApp({
      url,
      service,
      exchange,
      handle: async (incoming) => {
        handled.push({ id: incoming.id, at: Date.now() });
        await handle(incoming);
      },
    });
    await vi.waitFor(async () => expect((await admin.inspect(queue())).consumers).toBe(1), {
      timeout: 10_000,
    });
    await vi.waitFor(() => expect(app.get(EventPublisher).connected).toBe(true), { timeout: 5_000 });
  });
  afterEach(async () => {
    await app.close();
    await admin.deleteService(service, exchange);
  });

  const publish = (id: string) => app.get(EventPublisher).publish(event(id));
  const deadLetter = async () =>
    vi.waitFor(
      async () => {
        const letter = await admin.take(`${queue()}.dlq`);
        if (!letter) throw new Error('no dead letter yet');
        return letter;
      },
      { timeout: 5_000 },
    );

  it('a handler that fails three times gets the event a fourth time, after growing pauses; others do not wait', async () => {
    let failures = 3;
    handle = ({ id }) =>
      id === 'stubborn' && failures-- > 0 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    await publish('stubborn');
    await publish('other');
    await vi.waitFor(() => expect(timesOf('stubborn')).toHaveLength(4), { timeout: 5_000 });
    const [first = 0, second = 0, third = 0, fourth = 0] = timesOf('stubborn');
    expect(second - first).toBeGreaterThanOrEqual(95);
    expect(third - second).toBeGreaterThanOrEqual(195);
    expect(fourth - third).toBeGreaterThanOrEqual(295);
    expect(timesOf('other')[0]).toBeLessThan(second);
    expect((await admin.inspect(`${queue()}.dlq`)).messages).toBe(0);
  });

  it('a handler that always fails loses the event to the dead-letter queue, with the reason', async () => {
    handle = () => Promise.reject(new Error('always'));
    await publish('doomed');
    const { body, headers } = await deadLetter();
    expect(JSON.parse(body)).toMatchObject({ id: 'doomed' });
    expect(headers['x-error']).toBe('always');
    expect(timesOf('doomed')).toHaveLength(4);
  });

  it('an event is not given up while the handler says that a store is away', async () => {
    let failures = 6;
    handle = () =>
      failures-- > 0 ? Promise.reject(new AppError('UNAVAILABLE', 'store away')) : Promise.resolve();
    await publish('patient');
    await vi.waitFor(() => expect(timesOf('patient')).toHaveLength(7), { timeout: 10_000 });
    expect((await admin.inspect(`${queue()}.dlq`)).messages).toBe(0);
  });

  it.each([
    ['is not JSON', '{"id":', 'the body must be JSON'],
    ['is null', 'null', 'the body must be a JSON object'],
    ['has an unknown version', envelope({ v: 99 }), 'v must be 1, got 99'],
    [
      'has another type',
      envelope({ type: 'system.broadcast' }),
      'type must be message.created, got "system.broadcast"',
    ],
    ['breaks the schema', envelope({ data: { preview: { $gt: '' } } }), 'data: '],
    [
      'has unknown fields',
      envelope({ data: { ...event('1').data, extra: 1 } }),
      'data: extra is not a known field',
    ],
  ])('an event that %s goes to the dead-letter queue without a try', async (_case, body, reason) => {
    await admin.put(queue(), body);
    await publish('after');
    const letter = await deadLetter();
    expect(letter.body).toBe(body);
    expect(letter.headers['x-error']).toContain(reason);
    await vi.waitFor(() => expect(handled.map(({ id }) => id)).toEqual(['after']));
  });

  it('a refusal that stays one is not retried', async () => {
    handle = () => Promise.reject(new AppError('NOTFOUND', 'no such thing'));
    await publish('refused');
    await deadLetter();
    expect(timesOf('refused')).toHaveLength(1);
  });
});

function envelope(change: object): string {
  const at = new Date().toISOString();
  const { data } = event('1');
  return JSON.stringify({
    id: 'poison',
    type: 'message.created',
    v: 1,
    at,
    traceId: '',
    key: '',
    data,
    ...change,
  });
}
