import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  addMember,
  getNotifications,
  getUnreadCount,
  healthReady,
  messageCreated,
  notificationCreated,
  removeMember,
  sendMessage,
} from '@app/contracts';
import { eventually, storesOfRun, useSystem, type Actor } from '@app/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { startInfrastructure, type Infrastructure } from '../tools/infra/index.mjs';
import { upTo } from './support/talk';

describe('RabbitMQ goes away while everything is in use', () => {
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

  /** Alice sends, Bob listens in both namespaces. */
  async function talk() {
    const [alice, bob] = await system.connected('alice', 'bob');
    const bell = await bob.notifications();
    const { _id: conversationId } = await alice.createGroup([bob]);
    const send = (n: number) => alice.emit(sendMessage, { conversationId, content: `message ${n}` });
    return { bob, bell, send };
  }

  type Talk = Awaited<ReturnType<typeof talk>>;

  async function expectNotifiedOnce({ bob, bell, send }: Talk, count: number) {
    await eventually(
      () => bob.call(getUnreadCount),
      // The first one says that Alice has brought him into the group.
      (unread) => expect(unread).toEqual({ count: 1 + count }),
      30_000,
    );
    await send(count + 1);
    await bell.receives(notificationCreated, ({ content }) => content === `message ${count + 1}`, 20_000);
    expect(await bob.call(getUnreadCount)).toEqual({ count: 1 + count + 1 });
    const pushed = bell.received(notificationCreated).map(({ content }) => content);
    expect(pushed.length).toBe(new Set(pushed).size);
  }

  /*
   * The order of the tests matters: RabbitMQ 3.10 writes the names of its quorum queues down when they have not
   * been used for half a second, or when it stops. One that is killed before that forgets its new queues for good.
   */
  it('in good order: every notification comes after its return, exactly once', async () => {
    const talking = await talk();
    await Promise.all(upTo(20).map(talking.send));
    await broker().stop();
    await Promise.all(upTo(20).map((n) => talking.send(n + 20)));
    await broker().restart();
    await expectNotifiedOnce(talking, 40);
  });

  it('while people come and go: notified is who was in it when it was said', async () => {
    const [alice, bob, carol] = await system.connected('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.createGroup([bob]);
    await alice.emit(sendMessage, { conversationId, content: 'all is well' });
    await broker().stop();
    await alice.emit(sendMessage, { conversationId, content: 'to Bob' });
    await alice.emit(removeMember, { conversationId, userId: bob.id });
    await alice.emit(addMember, { conversationId, userId: carol.id });
    await alice.emit(sendMessage, { conversationId, content: 'to Carol' });
    await broker().restart();
    const contents = async (actor: Actor) =>
      (await actor.call(getNotifications, { query: { collapse: false } }))
        .filter(({ type }) => type === 'message')
        .map(({ content }) => content);
    await eventually(
      async () => [await contents(bob), await contents(carol)],
      (found) => expect(found).toEqual([['to Bob', 'all is well'], ['to Carol']]),
      30_000,
    );
  });

  it('having no memory left: no send fails, health says so, every notification comes later, exactly once', async () => {
    const talking = await talk();
    await infrastructure!.rabbitmqctl('set_vm_memory_high_watermark', '0.0001');
    await talking.send(1);
    const rabbitmq = async () => {
      const answer = await fetch(`${system.urls('chat')[0]}${healthReady.path}`);
      const { data } = (await answer.json()) as { data: { checks: { rabbitmq: string } } };
      return [answer.status, data.checks.rabbitmq];
    };
    await eventually(rabbitmq, (found) =>
      expect(found).toEqual([200, 'degraded: blocked by the broker (memory or disk alarm)']),
    );
    const acks = await Promise.all(upTo(20).map((n) => talking.send(n + 1)));
    expect(acks.map(({ seq }) => seq)).toEqual(upTo(21).slice(1));
    await infrastructure!.rabbitmqctl('set_vm_memory_high_watermark', 'absolute', '1GB');
    await expectNotifiedOnce(talking, 21);
    expect(await rabbitmq()).toEqual([200, 'up']);
  });

  it('by kill -9: no send fails, and every notification comes after its return, exactly once', async () => {
    const talking = await talk();
    await Promise.all(upTo(20).map(talking.send));
    broker().kill();
    const duringTheFall = upTo(20).map((n) => talking.send(n + 20));
    await broker().exited();
    const acks = await Promise.all([...duringTheFall, ...upTo(20).map((n) => talking.send(n + 40))]);
    expect(acks.map(({ seq }) => seq)).toEqual(upTo(60).slice(20));
    await talking.bob.receives(messageCreated, ({ seq }) => seq === 60);
    await broker().restart();
    await expectNotifiedOnce(talking, 60);
  });
});
