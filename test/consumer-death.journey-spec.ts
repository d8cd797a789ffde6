import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { getNotifications, messageCreatedEvent, notificationCreated, sendMessage } from '@app/contracts';
import { eventually, useSystem, type Actor } from '@app/testing';
import { connect, type ChannelModel } from 'amqplib';
import { createConnection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upTo } from './support/talk';

const exec = promisify(execFile);
const QUEUE = `notification-service.${messageCreatedEvent.name}`;
const POISON = 'this kills';
/** One more than the queue's delivery limit. */
const DEATHS = 11;

/**
 * Loaded into the notification service before its own code: the process kills itself when it reads the poison, or when it is about
 * to acknowledge, as long as a file of that name exists.
 */
const killer = (folder: string) => `
  import { appendFileSync, existsSync, rmSync } from 'node:fs';
  import { createRequire } from 'node:module';
  const armed = (name) => process.env.INSTANCE_ID?.startsWith('notification') && existsSync(${JSON.stringify(folder)} + '/' + name);
  const die = () => {
    appendFileSync(${JSON.stringify(folder)} + '/deaths', 'x');
    process.kill(process.pid, 'SIGKILL');
  };
  const { parse } = JSON;
  JSON.parse = (text, ...rest) => {
    if (typeof text === 'string' && text.includes(${JSON.stringify(POISON)}) && armed('poison')) die();
    return parse(text, ...rest);
  };
  const { Channel } = createRequire(process.cwd() + '/')('./node_modules/amqplib/lib/channel_model.js');
  const { ack } = Channel.prototype;
  Channel.prototype.ack = function (...args) {
    if (armed('ack')) {
      rmSync(${JSON.stringify(folder)} + '/ack');
      die();
    }
    return ack.apply(this, args);
  };`;

describe('the notification service dies with an event in its hands', () => {
  let folder: string;
  let bus: ChannelModel;
  const system = useSystem({
    env: async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'consumer-death-'));
      return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(killer(folder))}` };
    },
  });
  beforeAll(async () => {
    bus = await connect(system.stores.RABBITMQ_URL);
    const channel = await bus.createChannel();
    await channel.purgeQueue(`${QUEUE}.dlq`);
    await channel.close();
  });
  afterAll(async () => {
    await bus.close();
    await rm(folder, { recursive: true, force: true });
  });

  const arm = (name: 'poison' | 'ack') => writeFileSync(path.join(folder, name), '');
  const service = () => system.process('notification-1');
  const waiting = async (queue: string) => {
    const channel = await bus.createChannel();
    const { messageCount } = await channel.checkQueue(queue);
    await channel.close();
    return messageCount;
  };
  /** As consumers do that die with all of it. What was given back before may be on its way into the queue still. */
  const giveAllBack = async (count: number) => {
    const channel = await bus.createChannel();
    for (let taken = 0; taken < count;) if (await channel.get(QUEUE)) taken++;
    channel.nackAll();
    await channel.close();
  };
  const contents = async (actor: Actor) =>
    (await actor.call(getNotifications, { query: { limit: 100, collapse: false } }))
      .filter(({ type }) => type === 'message')
      .map(({ content }) => content)
      .toReversed();
  const group = async () => {
    const [alice, bob, carol] = await system.connected('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.createGroup([bob, carol]);
    const send = (content: string) => alice.emit(sendMessage, { conversationId, content });
    return { bob, carol, send };
  };

  it('when it has stored, and not acknowledged; and when it has stored for one of two', async () => {
    const { bob, carol, send } = await group();
    await send('first');
    await eventually(
      () => contents(carol),
      (all) => expect(all).toEqual(['first']),
    );
    arm('ack');
    await send('stored');
    await service().exited();
    expect((await stat(path.join(folder, 'deaths'))).size).toBe(1);
    const half = await send('stored for Bob');
    await leaveHalf(half._id, bob.id);

    await system.restart('notification-1');
    const bells = [await bob.notifications(), await carol.notifications()];
    await send('last');
    for (const bell of bells)
      await bell.receives(notificationCreated, ({ content }) => content === 'last', 20_000);
    expect(await contents(carol)).toEqual(['first', 'stored', 'stored for Bob', 'last']);
    expect(await contents(bob)).toEqual(['first', 'stored', 'stored for Bob', 'last']);
    for (const bell of bells) {
      const pushed = bell.received(notificationCreated).map(({ content }) => content);
      expect(pushed).toEqual([...new Set(pushed)]);
    }
  });

  /** What a write for two leaves that did not come to its end. */
  async function leaveHalf(messageId: string, userId: number): Promise<void> {
    const uri = new URL(system.stores.MONGODB_URI);
    uri.pathname += '_notifications';
    const connection = await createConnection(uri.href).asPromise();
    try {
      const notifications = connection.collection<{
        _id: string;
        message_id: string;
        content: string;
        created_at: Date;
      }>('notifications');
      const like = await notifications.findOne({ user_id: userId, content: 'first' });
      expect(like).not.toBeNull();
      await notifications.insertOne({
        ...like,
        _id: `${messageId}:${userId}`,
        message_id: messageId,
        content: 'stored for Bob',
        created_at: new Date(),
      });
    } finally {
      await connection.close();
    }
  }

  it('each time it handles one: that one ends in the dead letters, all others arrive, and it can be brought back', async () => {
    const { bob, send } = await group();
    await service().stop();
    const others = upTo(20).map((n) => `message ${n}`);
    for (const content of [...others.slice(0, 10), POISON, ...others.slice(10)]) await send(content);
    await eventually(
      () => waiting(QUEUE),
      (count) => expect(count).toBe(others.length + 1),
    );
    // Starting and dying takes a process a few seconds, so most of the deaths are told rather than died.
    for (const _death of upTo(DEATHS - 3)) await giveAllBack(others.length + 1);
    arm('poison');
    await rm(path.join(folder, 'deaths'), { force: true });
    while ((await waiting(`${QUEUE}.dlq`)) === 0) {
      // It may die before it is ready; then it is started again.
      await service().restart();
      await eventually(
        async () => service().pid === undefined || (await waiting(`${QUEUE}.dlq`)) > 0,
        (isOver) => expect(isOver).toBe(true),
      );
    }
    expect((await stat(path.join(folder, 'deaths'))).size).toBe(3);
    await system.restart('notification-1');
    await eventually(
      () => contents(bob),
      (all) => expect(all).toEqual(others),
      20_000,
    );
    expect(await waiting(`${QUEUE}.dlq`)).toBe(1);

    await rm(path.join(folder, 'poison'));
    const bell = await bob.notifications();
    const { stdout } = await exec(process.execPath, ['tools/dlq.mjs', 'redrive', QUEUE], {
      env: { ...process.env, ...system.stores },
    });
    expect(stdout).toContain(`1 brought back to ${QUEUE}`);
    await bell.receives(notificationCreated, ({ content }) => content === POISON, 20_000);
    await send('last');
    await bell.receives(notificationCreated, ({ content }) => content === 'last', 20_000);
    expect(bell.received(notificationCreated).map(({ content }) => content)).toEqual([POISON, 'last']);
    expect((await contents(bob)).toSorted()).toEqual([...others, POISON, 'last'].toSorted());
  });
});
