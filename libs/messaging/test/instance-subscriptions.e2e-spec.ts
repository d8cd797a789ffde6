import type { NestExpressApplication } from '@nestjs/platform-express';
import { integrationEvent, messageCreatedEvent, MessageCreatedDto } from '@app/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventPublisher, InstanceSubscriptions, type OutgoingEvent } from '../src/index';
import { encode } from '../src/envelope';
import { CuttableWire } from './support/cuttable-wire';
import { Admin, broker, event, startApp, uniqueName } from './support/messaging-app';

const otherEvent = integrationEvent('message.archived', {
  version: 1,
  summary: 'For tests.',
  payload: MessageCreatedDto,
  example: messageCreatedEvent.example,
});
const other = (id: string): OutgoingEvent<MessageCreatedDto> => ({ ...event(id), contract: otherEvent });

describe('instance subscriptions', () => {
  let url: string;
  let stop: () => Promise<void>;
  let admin: Admin;
  let service: string;
  let exchange: string;
  let sender: NestExpressApplication;

  beforeAll(async () => {
    ({ url, stop } = await broker());
    admin = await Admin.connect(url);
  });
  afterAll(async () => {
    await admin.close();
    await stop();
  });
  beforeEach(async () => {
    service = uniqueName('s');
    exchange = uniqueName('x');
    onTestFinished(() => admin.deleteService(service, exchange));
    sender = await start();
    await vi.waitFor(() => expect(sender.get(EventPublisher).connected).toBe(true), { timeout: 10_000 });
  });

  const start = async (at = url) => {
    const app = await startApp({ url: at, service, exchange });
    onTestFinished(() => app.close());
    return app;
  };
  const listen = async (at = url) => {
    const subscriptions = (await start(at)).get(InstanceSubscriptions);
    const heard: string[] = [];
    subscriptions.hear(messageCreatedEvent, ({ id, data }) => {
      expect(data).toBeInstanceOf(MessageCreatedDto);
      heard.push(id);
    });
    await connected(subscriptions);
    return { subscriptions, heard };
  };
  const connected = (subscriptions: InstanceSubscriptions) =>
    vi.waitFor(() => expect(subscriptions.connected).toBe(true), { timeout: 10_000 });
  /** Rejects when no queue wants the event. */
  const publish = (outgoing: OutgoingEvent<MessageCreatedDto>) =>
    sender.get(EventPublisher).publish(outgoing);

  it('bring each event to every instance, in order, and nothing of another name', async () => {
    const [first, second] = await Promise.all([listen(), listen()]);
    const ids = Array.from({ length: 50 }, (_, i) => `${i}`);
    await expect(publish(other('nobody listens'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await Promise.all(ids.map((id) => publish(event(id))));
    await vi.waitFor(() => expect([first.heard, second.heard]).toEqual([ids, ids]));
  });

  it('drop what is poisonous or breaks its listener, and go on', async () => {
    const { heard, subscriptions } = await listen();
    const good = encode(event('good')).toString();
    subscriptions.hear(messageCreatedEvent, ({ id }) => {
      if (id === 'breaks') throw new Error('the listener is broken');
      heard.push(`again ${id}`);
    });
    for (const bad of [
      '',
      'no JSON',
      '[]',
      good.replace('"v":1', '"v":9'),
      good.replace('"seq":42', '"seq":"x"'),
    ])
      await admin.publish(exchange, messageCreatedEvent.name, bad);
    await publish(event('breaks'));
    await publish(event('good'));
    await vi.waitFor(() => expect(heard).toEqual(['breaks', 'good', 'again good']));
  });

  it('keep nothing for a process without a connection, which is told when events flow again', async () => {
    const { wire, url: cuttable, stop: stopWire } = await CuttableWire.to(url);
    onTestFinished(stopWire);
    const { heard, subscriptions } = await listen(cuttable);
    let told = 0;
    // A publication that no queue wants is refused: at the moment of the callback the queue must be bound.
    const atOnce: Promise<void>[] = [];
    subscriptions.onConnect(() => atOnce.push(publish(event(`told ${++told}`))));
    await vi.waitFor(() => expect(heard).toEqual(['told 1']));
    wire.cut();
    await vi.waitFor(() => expect(subscriptions.connected).toBe(false), { timeout: 10_000 });
    await vi.waitFor(() => expect(publish(event('missed'))).rejects.toMatchObject({ code: 'UNAVAILABLE' }), {
      timeout: 10_000,
    });
    const before = heard.length;
    wire.mend();
    await vi.waitFor(() => expect(heard.slice(before)).toEqual(['told 2']), { timeout: 15_000 });
    await publish(event('after'));
    await vi.waitFor(() => expect(heard.at(-1)).toBe('after'));
    await Promise.all(atOnce);
    expect(heard.filter((id) => id.startsWith('told'))).toEqual(['told 1', 'told 2']);
  });

  it.each([
    ['queue is deleted', 'delete'],
    ['channel is closed', 'close'],
  ])('come back when their %s by the broker', async (_what, how) => {
    const { heard, subscriptions } = await listen();
    const reconnected = new Promise<void>((resolve) => {
      let calls = 0;
      subscriptions.onConnect(() => ++calls === 2 && resolve());
    });
    const { channel, queue } = subscriptions['queue']['open']!;
    if (how === 'delete') await channel.deleteQueue(queue);
    else await channel.checkQueue('no-such-queue').catch(() => undefined);
    await reconnected;
    await publish(event('after'));
    await vi.waitFor(() => expect(heard).toEqual(['after']));
  });

  it('take in an event that is asked for later, and say so when it flows', async () => {
    const { heard, subscriptions } = await listen();
    subscriptions.hear(otherEvent, ({ id }) => heard.push(`other ${id}`));
    expect(subscriptions.connected).toBe(false);
    await new Promise<void>((resolve) => subscriptions.onConnect(resolve));
    expect(subscriptions.connected).toBe(true);
    await publish(other('1'));
    await publish(event('2'));
    await vi.waitFor(() => expect(heard).toEqual(['other 1', '2']));
  });

  it('open no connection while nobody listens', async () => {
    const subscriptions = (await start()).get(InstanceSubscriptions);
    await listen();
    expect(subscriptions['queue']['link'].state).toBe('not connected yet');
    expect(subscriptions.connected).toBe(false);
  });
});
