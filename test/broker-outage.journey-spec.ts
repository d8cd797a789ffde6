import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getUnreadCount, messageCreated, notificationCreated, sendMessage } from '@app/contracts';
import { eventually, storesOfRun, useSystem } from '@app/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { startInfrastructure, type Infrastructure } from '../tools/infra/index.mjs';
import { upTo } from './support/talk';

describe('RabbitMQ, killed with kill -9 while everything is in use', () => {
  let infrastructure: Infrastructure | undefined;
  let dataDir: string | undefined;

  /** A broker of our own: the run's one is not ours to kill. */
  const system = useSystem({
    stores: async () => {
      dataDir = await mkdtemp(path.join(tmpdir(), 'broker-outage-'));
      infrastructure = await startInfrastructure({ dataDir, only: ['rabbitmq'] });
      return { ...storesOfRun(), RABBITMQ_URL: infrastructure.rabbitmqUrl };
    },
  });
  afterAll(async () => {
    await infrastructure?.stop();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  });

  const broker = () => {
    const found = infrastructure?.processes.find(({ name }) => name === 'rabbitmq');
    if (!found) throw new Error('there is no broker of our own');
    return found;
  };

  it('fails no send, and every notification comes after its return, exactly once', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const bell = await bob.notifications();
    const { _id: conversationId } = await alice.createGroup([bob]);
    const send = (n: number) => alice.emit(sendMessage, { conversationId, content: `message ${n}` });

    await Promise.all(upTo(20).map(send));
    broker().kill();
    const duringOutage = upTo(20).map((n) => send(n + 20));
    await broker().exited();
    const acks = await Promise.all([...duringOutage, ...upTo(20).map((n) => send(n + 40))]);
    expect(acks.map(({ seq }) => seq)).toEqual(upTo(60).slice(20));
    await bob.receives(messageCreated, ({ seq }) => seq === 60);

    await broker().restart();
    await eventually(
      () => bob.call(getUnreadCount),
      ({ count }) => expect(count).toBe(60),
      30_000,
    );
    await send(61);
    await bell.receives(notificationCreated, ({ content }) => content === 'message 61', 20_000);
    expect(await bob.call(getUnreadCount)).toEqual({ count: 61 });
    const pushed = bell.received(notificationCreated).map(({ content }) => content);
    expect(pushed.length).toBe(new Set(pushed).size);
  });
});
