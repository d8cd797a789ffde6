import {
  countUnread,
  deleteMessage,
  getUnreadMessages,
  listConversations,
  markConversationRead,
  readMessage,
  sendMessage,
  unreadCount,
  type SystemAction,
} from '@app/contracts';
import { Broadcaster } from '@app/realtime';
import { eventually, type Connection } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { ConversationStates } from '../src/conversations/state/conversation-states';
import { ChatService, freshDatabase, useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { ownQueues } from './support/people-events';

const PUSH_MS = 400;
const [{ RABBITMQ_URL }, messaging] = ownQueues();
const settings = { RABBITMQ_URL, MONGODB_URI: freshDatabase(), UNREAD_PUSH_MS: String(PUSH_MS) };
const service = useChatService(settings, messaging);

/** What the person is told everywhere: by the event's ack, over REST and in the list of conversations. */
async function unreadOf(person: Person): Promise<Record<string, number>> {
  const { count, byConversation } = await person.emit(countUnread, {});
  expect(count).toBe(Object.values(byConversation).reduce((sum, each) => sum + each, 0));
  expect(await person.rest.call(getUnreadMessages)).toEqual({ count, byConversation });
  const listed = await person.emit(listConversations, { limit: 100 });
  expect(
    listed
      .filter(({ unread }) => unread > 0)
      .map(({ _id, unread }) => [_id, unread])
      .sort(),
  ).toEqual(Object.entries(byConversation).sort());
  return byConversation;
}

async function group() {
  const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
  const conversationId = (await alice.group(bob, carol))._id;
  const send = (who: Person, content = 'something') => who.emit(sendMessage, { conversationId, content });
  const change = (who: Person, action: SystemAction, ...subjects: Person[]) =>
    service()
      .app.get(ConversationStates)
      .change({ userId: who.id }, conversationId, undefined, () => ({
        action,
        userIds: subjects.map(({ id }) => id),
      }));
  return { alice, bob, carol, conversationId, send, change };
}

describe('the number of unread messages', () => {
  it('is that of others’ messages behind the watermark, by conversation', async () => {
    const { alice, bob, carol, conversationId, send } = await group();
    const quiet = (await alice.group(bob))._id;
    expect(await unreadOf(bob)).toEqual({});
    const first = await send(alice);
    await send(carol);
    await send(bob);
    await send(alice);
    expect(await unreadOf(bob)).toEqual({ [conversationId]: 3 });
    expect(await unreadOf(alice)).toEqual({ [conversationId]: 2 });
    await bob.emit(readMessage, { messageId: first._id });
    await alice.emit(sendMessage, { conversationId: quiet, content: 'elsewhere' });
    expect(await unreadOf(bob)).toEqual({ [conversationId]: 2, [quiet]: 1 });
    await bob.emit(markConversationRead, { conversationId });
    expect(await unreadOf(bob)).toEqual({ [quiet]: 1 });
    await send(bob);
    expect(await unreadOf(bob)).toEqual({ [quiet]: 1 });
  });

  it('leaves out what was deleted, once, whoever sent it and wherever it stands', async () => {
    const { alice, bob, carol, conversationId, send } = await group();
    const [one, two, three, own] = [await send(alice), await send(alice), await send(carol), await send(bob)];
    const drop = (who: Person, { _id }: { _id: string }) => who.emit(deleteMessage, { messageId: _id });
    await drop(alice, two);
    await drop(alice, two);
    await drop(bob, own);
    expect(await unreadOf(bob)).toEqual({ [conversationId]: 2 });
    await bob.emit(readMessage, { messageId: one._id });
    await drop(alice, one);
    expect(await unreadOf(bob)).toEqual({ [conversationId]: 1 });
    await drop(carol, three);
    expect(await unreadOf(bob)).toEqual({});
    expect(await unreadOf(carol)).toEqual({});
    expect(await unreadOf(alice)).toEqual({});
  });

  it('leaves out what the service itself says, also where the watermark stands on it', async () => {
    const { alice, bob, conversationId, send, change } = await group();
    await send(alice);
    await change(alice, 'moderator-promoted', bob);
    await change(bob, 'moderator-demoted', bob);
    expect(await unreadOf(bob)).toEqual({ [conversationId]: 1 });
    await bob.emit(markConversationRead, { conversationId, upToSeq: 2 });
    expect(await unreadOf(bob)).toEqual({});
    await send(alice);
    expect(await unreadOf(bob)).toEqual({ [conversationId]: 1 });
  });

  it('begins for who joins where they joined, also when they were there before', async () => {
    const { alice, bob, conversationId, send, change } = await group();
    const [dave] = await service().people('dave');
    await send(alice);
    await send(bob);
    await change(alice, 'member-added', dave);
    expect(await unreadOf(dave)).toEqual({});
    await send(alice);
    expect(await unreadOf(dave)).toEqual({ [conversationId]: 1 });
    await change(alice, 'member-removed', dave);
    expect(await unreadOf(dave)).toEqual({});
    await send(bob);
    await change(alice, 'member-added', dave);
    await send(bob);
    await send(dave);
    await send(alice);
    expect(await unreadOf(dave)).toEqual({ [conversationId]: 2 });
    await dave.emit(markConversationRead, { conversationId });
    expect(await unreadOf(dave)).toEqual({});
  });
});

it('is asked for without any input', async () => {
  const [bob] = await service().people('bob');
  const ack = await bob.chat.emitRaw(countUnread.name, { conversationId: 'x' });
  expect(ack).toMatchObject({
    ok: false,
    error: { code: 'BAD_REQUEST', details: [{ field: 'conversationId' }] },
  });
});

describe('unread:count', () => {
  const total = (wanted: number) => (event: { total: number }) => event.total === wanted;

  /** The two instances hear each other: each answers what only the other one can know. */
  const haveMet = async (second: ChatService) => {
    const { id } = await service().everybody.arrive(second.origin);
    await eventually(
      () => service().app.get(Broadcaster).online([id]),
      (online) => expect(online).toEqual([id]),
    );
  };

  /** What the device was told last is this, and stays the last word for now. */
  const settles = (device: Connection, byConversation: Record<string, number>) =>
    eventually(
      () => Promise.resolve(device.received(unreadCount).at(-1)),
      (last) =>
        expect(last).toEqual({
          total: Object.values(byConversation).reduce((sum, each) => sum + each, 0),
          byConversation,
        }),
    );

  it('comes with each connection', async () => {
    const { alice, bob, conversationId, send } = await group();
    expect(await bob.chat.receives(unreadCount)).toEqual({ total: 0, byConversation: {} });
    await send(alice);
    const laptop = await bob.device();
    expect(await laptop.receives(unreadCount)).toEqual({ total: 1, byConversation: { [conversationId]: 1 } });
  });

  it('comes at once with the first message, then not with each, and at last it is right', async () => {
    const { alice, bob, conversationId, send } = await group();
    await bob.chat.receives(unreadCount);
    const started = Date.now();
    for (let sent = 1; sent <= 60; sent++) await send(alice);
    await bob.chat.receives(unreadCount, total(60));
    const took = Date.now() - started;
    const told = bob.chat.received(unreadCount).slice(1);
    expect(told.length).toBeLessThanOrEqual(2 + took / PUSH_MS);
    expect(told.at(-1)?.byConversation).toEqual({ [conversationId]: 60 });
    expect(told.map((event) => event.total)).toEqual(
      [...told.map((event) => event.total)].sort((a, b) => a - b),
    );
    // Whose own messages these are has nothing unread, and hears nothing.
    expect(alice.chat.received(unreadCount).map((event) => event.total)).toEqual([0]);
  });

  it('comes to all devices when the user reads on one, and when something is deleted', async () => {
    const { alice, bob, conversationId, send } = await group();
    const phone = await bob.device();
    const [one] = [await send(alice), await send(alice)];
    const last = await send(alice);
    await phone.receives(unreadCount, total(3));
    await bob.emit(readMessage, { messageId: one._id });
    for (const device of [phone, bob.chat]) await settles(device, { [conversationId]: 2 });
    await alice.emit(deleteMessage, { messageId: last._id });
    for (const device of [phone, bob.chat]) await settles(device, { [conversationId]: 1 });
    await bob.emit(markConversationRead, { conversationId });
    for (const device of [phone, bob.chat]) await settles(device, {});
  });

  it('reaches the devices on another instance, whoever writes and reads where', async () => {
    const { alice, bob, conversationId, send } = await group();
    const second = await ChatService.start({ ...settings, INSTANCE_ID: 'second' }, messaging);
    try {
      await haveMet(second);
      const [there, aliceThere] = [await bob.device(second.origin), await alice.device(second.origin)];
      await there.receives(unreadCount);
      const first = await send(alice);
      await there.receives(unreadCount, total(1));
      await aliceThere.emit(sendMessage, { conversationId, content: 'from there' });
      for (const device of [there, bob.chat]) await settles(device, { [conversationId]: 2 });
      // Noted nowhere yet but in the log: whoever connects right now gets it all the same.
      await send(alice);
      const late = await bob.device(second.origin);
      await settles(late, { [conversationId]: 3 });
      await there.emit(readMessage, { messageId: first._id });
      for (const device of [there, bob.chat, late]) await settles(device, { [conversationId]: 2 });
      expect((await there.emit(countUnread, {})).count).toBe(2);
    } finally {
      await second.end();
    }
  }, 60_000);

  it('says when a conversation is gone for the user', async () => {
    const { alice, bob, conversationId, send, change } = await group();
    await send(alice);
    await bob.chat.receives(unreadCount, total(1));
    await change(alice, 'member-removed', bob);
    await settles(bob.chat, {});
    await send(alice);
    const marker = (await bob.group(alice))._id;
    await alice.emit(sendMessage, { conversationId: marker, content: 'the end' });
    const last = await bob.chat.receives(unreadCount, ({ byConversation }) => marker in byConversation);
    expect(last.byConversation).not.toHaveProperty(conversationId);
  });
});
