import {
  getNotifications,
  getUnreadCount,
  listNotifications,
  notificationCount,
  notificationCreated,
  notificationRead,
  postNotificationRead,
  postReadAll,
  readAllNotifications,
  readNotification,
  sendMessage,
} from '@app/contracts';
import { eventually, refusalOf, useSystem, type Actor } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { upTo } from './support/talk';

/** Each for itself, as they are stored. */
const ONE_BY_ONE = { query: { collapse: false } };
/** Whoever is brought into a group is told so, besides the messages. */
const INVITED = 1;

describe('notifications', () => {
  const system = useSystem();

  const unread = async (actor: Actor) => (await actor.call(getUnreadCount)).count;
  const untilUnread = (actor: Actor, count: number) =>
    eventually(
      () => unread(actor),
      (now) => expect(now).toBe(count),
    );

  /** Alice has written `count` messages to Bob, who was not there. */
  async function missed(count: number) {
    const [alice, bob] = await system.users('alice', 'bob');
    await alice.connect();
    const { _id: conversationId } = await alice.createGroup([bob], 'Team A');
    for (const n of upTo(count)) await alice.emit(sendMessage, { conversationId, content: `message ${n}` });
    await untilUnread(bob, INVITED + count);
    return { alice, bob, conversationId };
  }

  it('wait for a member who was not there: stored, counted, newest first', async () => {
    const { alice, bob, conversationId } = await missed(3);
    const list = await bob.call(getNotifications, ONE_BY_ONE);
    const invited = `${alice.username} has added you to Team A`;
    expect(list.map(({ content }) => content)).toEqual(['message 3', 'message 2', 'message 1', invited]);
    expect(list[3]).toMatchObject({ type: 'group_invite', related_id: conversationId });
    expect(list[0]).toMatchObject({
      user_id: bob.id,
      type: 'message',
      is_read: false,
      related_id: conversationId,
    });
    expect(list[0]?.title).toContain(alice.username);
  });

  it('are none for the sender', async () => {
    const { alice } = await missed(1);
    expect(await unread(alice)).toBe(0);
    expect(await alice.call(getNotifications)).toEqual([]);
  });

  it('come at once to all devices of a member who is there, exactly once, with the count', async () => {
    const [alice, bob] = await system.users('alice', 'bob');
    await alice.connect();
    const bells = [await bob.notifications(), await bob.notifications({ transports: ['websocket'] })];
    for (const bell of bells) expect((await bell.receives(notificationCount)).count).toBe(0);

    const { _id: conversationId } = await alice.createGroup([bob]);
    for (const content of ['one', 'two']) await alice.emit(sendMessage, { conversationId, content });
    for (const bell of bells) {
      await bell.receives(notificationCreated, ({ content }) => content === 'two');
      await bell.receives(notificationCount, ({ count }) => count === INVITED + 2);
      const ofMessages = bell.received(notificationCreated, ({ type }) => type === 'message');
      expect(ofMessages.map(({ content }) => content)).toEqual(['one', 'two']);
    }
    expect(await unread(bob)).toBe(INVITED + 2);
  });

  it('tell a member who comes back how many are unread', async () => {
    const { bob } = await missed(2);
    const bell = await bob.notifications();
    expect(await bell.receives(notificationCount)).toEqual({ count: INVITED + 2 });
    expect(await bell.emit(listNotifications, { unreadOnly: true, collapse: false })).toHaveLength(
      INVITED + 2,
    );
  });

  it('are marked read over REST: other devices learn it, the count falls', async () => {
    const { bob } = await missed(2);
    const bell = await bob.notifications();
    await bell.receives(notificationCount);
    const [, oldest] = (await bob.call(getNotifications, ONE_BY_ONE)).toReversed();

    expect(await bob.call(postNotificationRead, { params: { id: oldest!._id } })).toMatchObject({
      is_read: true,
    });
    expect(await bell.receives(notificationRead)).toEqual({ notificationId: oldest!._id, is_read: true });
    await bell.receives(notificationCount, ({ count }) => count === INVITED + 1);
    expect(await bob.call(getNotifications, { query: { unreadOnly: true, collapse: false } })).toHaveLength(
      INVITED + 1,
    );
    expect(await bob.call(getNotifications, ONE_BY_ONE)).toHaveLength(INVITED + 2);

    expect(await bob.call(postReadAll)).toEqual({ count: 0 });
    await bell.receives(notificationCount, ({ count }) => count === 0);
    expect(await unread(bob)).toBe(0);
  });

  it('are marked read over the socket', async () => {
    const { bob } = await missed(2);
    const [bell, phone] = [await bob.notifications(), await bob.notifications()];
    const [newest] = await bell.emit(listNotifications, {});
    expect(newest).toMatchObject({ content: 'message 2', count: 2 });
    await bell.emit(readNotification, { notificationId: newest!._id });
    await phone.receives(notificationRead, ({ notificationId }) => notificationId === newest!._id);
    expect(await unread(bob)).toBe(INVITED);
    await bell.emit(readAllNotifications, {});
    await phone.receives(notificationCount, ({ count }) => count === 0);
    expect(await unread(bob)).toBe(0);
  });

  it('come in pages', async () => {
    const { bob } = await missed(5);
    const first = await bob.ask(getNotifications, { query: { limit: 3, collapse: false } });
    const second = await bob.ask(getNotifications, {
      query: { limit: 3, collapse: false, cursor: first.page!.next! },
    });
    const [invitation, ...messages] = [...first.data, ...second.data].toReversed();
    expect(invitation?.type).toBe('group_invite');
    expect(messages.toReversed().map(({ content }) => content)).toEqual(
      upTo(5)
        .toReversed()
        .map((n) => `message ${n}`),
    );
    expect(second.page?.next).toBeNull();
  });

  it('are private: those of another are answered like those that do not exist', async () => {
    const { alice, bob } = await missed(1);
    const [of] = await bob.call(getNotifications);
    const foreign = await refusalOf(alice.call(postNotificationRead, { params: { id: of!._id } }));
    const unknown = await refusalOf(
      alice.call(postNotificationRead, { params: { id: `${'0'.repeat(24)}:${bob.id}` } }),
    );
    expect(foreign).toMatchObject({ code: 'NOTFOUND', details: unknown.details });
    expect(foreign.message).toBe(unknown.message);
    expect(await unread(bob)).toBe(INVITED + 1);
  });
});
