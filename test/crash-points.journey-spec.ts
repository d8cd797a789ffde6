import {
  getNotifications,
  notificationCount,
  notificationCreated,
  requestContact,
  sendMessage,
  type NotificationDto,
} from '@app/contracts';
import { eventually, useSystem, type Actor } from '@app/testing';
import { createConnection } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { sendStubbornly } from './support/stubborn-sender';
import { storedHistory } from './support/stored-history';

const TOLD_MS = 30_000;

/** The windows that a crash hits by luck alone, hit on purpose (libs/platform/src/chaos/crash-points.ts). */
describe('a process that ends', () => {
  const system = useSystem();

  async function group() {
    const people = await system.connected('alice', 'bob', 'carol', 'dave');
    const [alice, ...others] = people;
    const { _id: conversationId } = await alice.createGroup(others);
    for (const other of others) await eventually(() => messagesTold(other), expectTold(0, 1));
    return { alice, others, conversationId };
  }

  async function messagesTold(actor: Actor): Promise<NotificationDto[]> {
    return (await actor.ask(getNotifications, { query: { limit: 100, collapse: false } })).data;
  }

  /** So many of messages among so many in all. */
  const expectTold = (messages: number, all: number) => (told: NotificationDto[]) => {
    expect(told.filter(({ type }) => type === 'message')).toHaveLength(messages);
    expect(told).toHaveLength(all);
  };

  /** One more message has gone all the way, so whatever was under way before it has come as often as it ever will. */
  async function expectEachToldOnce(alice: Actor, others: Actor[], conversationId: string): Promise<void> {
    for (const other of others) await eventually(() => messagesTold(other), expectTold(1, 2), TOLD_MS);
    const bell = await others[0]!.notifications();
    await bell.receives(notificationCount);
    await alice.emit(sendMessage, { conversationId, content: 'and on' });
    await bell.receives(notificationCreated, ({ content }) => content === 'and on');
    for (const other of others) await eventually(() => messagesTold(other), expectTold(2, 3));
  }

  async function crashes(name: string): Promise<void> {
    await system.process(name).exited();
    expect(system.endingOf(name)).toBe('ended by SIGKILL');
    await system.restart(name);
  }

  it('between the insert and the ack: the repeated send finds its message', async () => {
    const { alice, others, conversationId } = await group();
    await system.armCrash('chat-1', 'after-insert');
    const sending = sendStubbornly(alice.chat, { conversationId, content: 'once', clientId: 'once' });
    await crashes('chat-1');
    expect(await sending).toMatchObject({ seq: 1, content: 'once', duplicate: true });
    const history = await storedHistory(alice, conversationId);
    expect(history.map(({ seq, content }) => [seq, content])).toEqual([[1, 'once']]);
    await expectEachToldOnce(alice, others, conversationId);
  });

  it.each(['before-publish', 'before-confirm', 'before-mark'] as const)(
    'after the ack (%s): everybody is notified, once',
    async (point) => {
      const { alice, others, conversationId } = await group();
      await system.armCrash('chat-1', point);
      const sent = await alice.emit(sendMessage, { conversationId, content: 'told' });
      expect(sent.seq).toBe(1);
      await crashes('chat-1');
      await eventually(
        () => alice.chat.emit(sendMessage, { conversationId, content: 'told', clientId: sent.clientId }),
        (again) => expect(again).toMatchObject({ _id: sent._id, duplicate: true }),
      );
      await expectEachToldOnce(alice, others, conversationId);
    },
  );

  it('before a handled event is acknowledged: nobody is notified twice', async () => {
    const { alice, others, conversationId } = await group();
    await system.armCrash('notification-1', 'before-event-ack');
    await alice.emit(sendMessage, { conversationId, content: 'handled' });
    await crashes('notification-1');
    await expectEachToldOnce(alice, others, conversationId);
  });

  it('between two recipients of one event: the others are notified, too', async () => {
    const { alice, others, conversationId } = await group();
    await system.armCrash('notification-1', 'between-recipients');
    const { _id: messageId } = await alice.emit(sendMessage, { conversationId, content: 'half' });
    await system.process('notification-1').exited();
    const uri = new URL(system.stores.MONGODB_URI);
    uri.pathname += '_notifications';
    const store = await createConnection(uri.href).asPromise();
    expect(await store.collection('notifications').countDocuments({ message_id: messageId })).toBe(2);
    await store.close();
    await system.restart('notification-1');
    await expectEachToldOnce(alice, others, conversationId);
  });

  it.each(['before-publish', 'before-mark'] as const)(
    'in the user service (%s): what was committed is told, once',
    async (point) => {
      const [alice, bob] = await system.users('alice', 'bob');
      await system.armCrash('user-1', point);
      await alice.call(requestContact, { body: { userId: bob.id } });
      await crashes('user-1');
      await eventually(
        () => messagesTold(bob),
        (told) => expect(told).toHaveLength(1),
        TOLD_MS,
      );
    },
  );
});
