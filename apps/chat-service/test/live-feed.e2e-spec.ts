import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  deleteMessage,
  editMessage,
  EXCHANGE,
  messageCreated,
  messageCreatedEvent,
  messageDeleted,
  messageEditedEvent,
  messageRemovedEvent,
  messageUpdated,
  sendMessage,
  typing,
  typingNotice,
} from '@app/contracts';
import { eventually, type Connection } from '@app/testing';
import { connect } from 'amqplib';
import { createConnection, type Connection as Database } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInfrastructure, type Infrastructure } from '../../../tools/infra/index.mjs';
import { ChatProcess } from './support/chat-processes';
import { freshDatabase } from './support/chat-service';
import { People, type Person } from './support/people';

const QUEUE = 'test.message.created';
const OTHER_QUEUE = 'test.message.changed';
const REPAIRS = 'chat_feed_tail_repairs_total';
const upTo = (count: number, from = 1) =>
  Array.from({ length: count - from + 1 }, (_, index) => from + index);

/** A broker of our own, because it will be killed, and two processes of the built service. */
describe('two instances of the chat service', () => {
  const everybody = new People();
  let broker: Infrastructure;
  let dataDir: string;
  let database: Database;
  let one: ChatProcess;
  let two: ChatProcess;
  /** Each has the first device on the own instance (alice on one, bob on two) and another on the other. */
  let alice: Person, bob: Person, aliceOnTwo: Connection, bobOnOne: Connection;
  let conversationId: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'live-feed-'));
    broker = await startInfrastructure({ dataDir, only: ['rabbitmq'] });
    const settings = {
      MONGODB_URI: freshDatabase(),
      RABBITMQ_URL: broker.rabbitmqUrl,
      USER_SERVICE_URL: await everybody.directory.listen(),
    };
    database = await createConnection(settings.MONGODB_URI).asPromise();
    await declareQueue();
    [one, two] = await Promise.all([
      ChatProcess.start('chat-1', settings),
      ChatProcess.start('chat-2', settings),
    ]);
    [alice, bob] = await Promise.all([everybody.arrive(one.origin), everybody.arrive(two.origin)]);
    [aliceOnTwo, bobOnOne] = await Promise.all([alice.device(two.origin), bob.device(one.origin)]);
    conversationId = (await alice.group(bob))._id;
  });
  afterAll(async () => {
    everybody.leave();
    await Promise.all([one, two].map((process) => process.stop()));
    await database.dropDatabase();
    await database.close();
    await broker.stop();
    await everybody.directory.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const onBus = async <T>(
    work: (channel: Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['createChannel']>>) => Promise<T>,
  ) => {
    const connection = await connect(broker.rabbitmqUrl);
    try {
      return await work(await connection.createChannel());
    } finally {
      await connection.close();
    }
  };

  const declareQueue = () =>
    onBus(async (channel) => {
      await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
      await channel.assertQueue(QUEUE, { durable: true });
      await channel.bindQueue(QUEUE, EXCHANGE, messageCreatedEvent.name);
      // Nobody looks at these, but what nobody takes would wait in the outbox for ever.
      await channel.assertQueue(OTHER_QUEUE, { durable: true });
      for (const { name } of [messageEditedEvent, messageRemovedEvent])
        await channel.bindQueue(OTHER_QUEUE, EXCHANGE, name);
    });

  /** The seqs that a consumer of `message.created` would get, and has got with this. */
  const published = () =>
    onBus(async (channel) => {
      const seqs: number[] = [];
      for (
        let got = await channel.get(QUEUE, { noAck: true });
        got;
        got = await channel.get(QUEUE, { noAck: true })
      ) {
        const { data } = JSON.parse(got.content.toString()) as {
          data: { seq: number; recipientIds: number[] };
        };
        seqs.push(data.seq);
      }
      return seqs;
    });

  const waitingInOutbox = () =>
    database.collection('messages').countDocuments({ 'outbox.0': { $exists: true } });
  const sockets = () => [alice.chat, aliceOnTwo, bob.chat, bobOnOne];

  it('bring each message to each socket once and in order, with senders on both', async () => {
    const say = (who: Person) => (seq: number) =>
      who.emit(sendMessage, { conversationId, content: `${who.id} ${seq}` });
    await Promise.all([...upTo(100).map(say(alice)), ...upTo(100).map(say(bob))]);
    for (const socket of sockets()) {
      const heard = await socket.receivesMany(messageCreated, 200);
      expect(heard.map(({ seq }) => seq)).toEqual(upTo(200));
      const ofAlice = heard.filter(({ sender_id }) => sender_id === alice.id).map(({ content }) => content);
      expect(ofAlice).toEqual(upTo(100).map((seq) => `${alice.id} ${seq}`));
    }
    expect(sockets().map((socket) => socket.received(messageCreated).length)).toEqual([200, 200, 200, 200]);
  });

  it('hand each message to the bus once, and take it from the outbox then', async () => {
    await eventually(waitingInOutbox, (count) => expect(count).toBe(0));
    expect((await published()).sort((a, b) => a - b)).toEqual(upTo(200));
  });

  it('bring edits, deletions and typing across', async () => {
    const { _id: messageId } = await alice.emit(sendMessage, { conversationId, content: 'first' });
    await alice.emit(editMessage, { messageId, content: 'second' });
    await bob.chat.receives(messageUpdated, ({ content }) => content === 'second');
    await alice.emit(deleteMessage, { messageId });
    await bob.chat.receives(messageDeleted, (deleted) => deleted.messageId === messageId);
    await alice.emit(typing, { conversationId, isTyping: true });
    await bob.chat.receives(typingNotice);
    expect(aliceOnTwo.received(typingNotice)).toEqual([]);
  });

  describe('while RabbitMQ is away', () => {
    let edited: string;
    let repairsBefore: number;

    beforeAll(async () => {
      const [process] = broker.processes;
      repairsBefore = await two.metric(REPAIRS);
      await eventually(waitingInOutbox, (count) => expect(count).toBe(0));
      process!.kill();
      await process!.exited();
      const first = await alice.emit(sendMessage, { conversationId, content: 'into the void' });
      for (const number of upTo(5)) await alice.emit(sendMessage, { conversationId, content: `${number}` });
      edited = first._id;
      await alice.emit(editMessage, { messageId: edited, content: 'changed in the dark' });
    });

    it('fail no send, tell their own sockets, and keep what the bus must get', async () => {
      await bobOnOne.receives(messageUpdated, ({ _id }) => _id === edited);
      expect(bobOnOne.received(messageCreated, ({ seq }) => seq > 201).map(({ seq }) => seq)).toEqual(
        upTo(207, 202),
      );
      expect(await waitingInOutbox()).toBe(6);
    });

    it('show what the others have stored within seconds, also when it is the last for now', async () => {
      for (const socket of [bob.chat, aliceOnTwo]) {
        const missed = await socket.receivesMany(messageCreated, 6, ({ seq }) => seq > 201);
        expect(missed.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(upTo(207, 202));
        expect(new Set(missed.map(({ user }) => user?.name))).toEqual(new Set([`user-${alice.id}`]));
        // One who was told before the edit is told of it, too.
        const first = missed.find(({ _id }) => _id === edited);
        if (first?.content !== 'changed in the dark')
          await socket.receives(messageUpdated, ({ _id }) => _id === edited);
      }
      expect(await two.metric(REPAIRS)).toBeGreaterThan(repairsBefore);
    });

    it('go on live after its return, telling each socket everything once', async () => {
      await broker.processes[0]!.restart();
      await eventually(waitingInOutbox, (count) => expect(count).toBe(0), 20_000);
      const { seq } = await alice.emit(sendMessage, { conversationId, content: 'light' });
      for (const socket of sockets()) {
        await socket.receives(messageCreated, (message) => message.seq === seq);
        const evs = socket.received(messageCreated).map(({ ev }) => ev);
        expect(evs).toEqual([...new Set(evs)].sort((a, b) => a - b));
        const seqs = socket.received(messageCreated).map((message) => message.seq);
        expect(seqs.sort((a, b) => a - b)).toEqual(upTo(seq));
      }
    });

    it('publish what waited, each at least once', async () => {
      const seqs = new Set(await published());
      expect([...seqs].sort((a, b) => a - b)).toEqual(upTo(Math.max(...seqs), 201));
      expect(Math.max(...seqs)).toBeGreaterThan(207);
    });
  });
});
