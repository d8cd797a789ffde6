import {
  acceptRequest,
  changePassword,
  createConversation,
  declineRequest,
  getNotificationById,
  getNotifications,
  getPreferences,
  getUnreadCount,
  joinConversation,
  leaveConversation,
  listNotifications,
  login,
  markConversationRead,
  muteConversation,
  notificationCount,
  notificationCreated,
  putPreferences,
  react,
  removeNotification,
  sendMessage,
  unreact,
  type NotificationDto,
} from '@app/contracts';
import { eventually, useSystem, type Actor } from '@app/testing';
import { describe, expect, it } from 'vitest';

describe('what people are told of, on two instances of the chat and the notification service', () => {
  const system = useSystem({ instances: { chat: 2, notification: 2 } });

  const listed = (actor: Actor) => actor.call(getNotifications, { query: { collapse: false, limit: 100 } });
  /** Of a conversation, oldest first, without the invitation. */
  const toldOf = async (actor: Actor, conversationId: string) =>
    (await listed(actor))
      .filter(({ type, related_id }) => type === 'message' && related_id === conversationId)
      .map(({ content }) => content)
      .toReversed();
  const isTold = (actor: Actor, conversationId: string, ...contents: string[]) =>
    eventually(
      () => toldOf(actor, conversationId),
      (told) => expect(told).toEqual(contents),
    );
  const finds = (actor: Actor, matches: (one: NotificationDto) => boolean) =>
    eventually(
      async () => (await listed(actor)).find(matches),
      (found) => expect(found).toBeDefined(),
    );

  it('is not what they are reading; what they leave unread and what comes after they have left is', async () => {
    const [alice, bob, carol] = await system.connected('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.createGroup([bob, carol]);
    // Wherever alice says it, and wherever bob reads it.
    const mouths = [alice.chat, await alice.connect(), await alice.connect()];
    const say = (n: number, content: string) =>
      mouths[n % mouths.length]!.emit(sendMessage, { conversationId, content });
    await say(0, 'before');
    await isTold(bob, conversationId, 'before');
    await bob.emit(joinConversation, { conversationId });
    await bob.emit(markConversationRead, { conversationId });
    // The others must have heard of it. Until then he is told, which is no harm.
    const heard = await eventually(
      async () => {
        const before = (await toldOf(bob, conversationId)).length;
        for (const n of [0, 1, 2]) await say(n, 'is he reading?');
        await bob.emit(markConversationRead, { conversationId });
        const marker = await say(0, 'marker');
        await bob.emit(markConversationRead, { conversationId });
        await finds(carol, ({ message_id }) => message_id === marker._id);
        return { before, after: (await toldOf(bob, conversationId)).length };
      },
      ({ before, after }) => expect(after).toBe(before),
    );
    // Carol, who does not read, was told of all.
    expect((await toldOf(carol, conversationId)).length).toBeGreaterThan(heard.after);
    expect((await bob.call(getUnreadCount)).count).toBe(1 + heard.after);

    await bob.emit(leaveConversation, { conversationId });
    await eventually(
      async () => {
        await say(1, 'after');
        return toldOf(bob, conversationId);
      },
      (told) => expect(told.at(-1)).toBe('after'),
    );
  });

  it('is not what they have muted, on whatever instance; but who is named or answered, if they want that', async () => {
    const [alice, bob, carol] = await system.connected('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.createGroup([bob, carol]);
    const say = (content: string) => alice.emit(sendMessage, { conversationId, content });
    await say('one');
    await Promise.all([bob, carol].map((one) => isTold(one, conversationId, 'one')));
    const mine = await bob.emit(sendMessage, { conversationId, content: 'mine' });
    expect(await bob.emit(muteConversation, { conversationId, muted: true })).toMatchObject({
      notify: 'nothing',
    });
    const level = { conversationId, muted: true, exceptMentions: true };
    expect(await carol.emit(muteConversation, level)).toMatchObject({ notify: 'mentions' });
    await eventually(
      async () => {
        const marker = await say('two');
        const mention = await say(`three, @${carol.username}, @${bob.username}`);
        await finds(carol, ({ message_id }) => message_id === mention._id);
        return { marker, told: (await listed(carol)).map(({ message_id }) => message_id) };
      },
      ({ marker, told }) => expect(told).not.toContain(marker._id),
    );
    const before = (await listed(bob)).length;
    await alice.emit(sendMessage, { conversationId, content: 'to bob', replyTo: mine._id });
    await bob.emit(muteConversation, { conversationId, muted: false });
    await eventually(
      async () => {
        const answer = await alice.emit(sendMessage, { conversationId, content: 'again', replyTo: mine._id });
        return (await listed(bob)).find(({ message_id }) => message_id === answer._id);
      },
      (found) =>
        expect(found).toMatchObject({ replied: true, title: `${alice.username} replied to you in a group` }),
    );
    expect((await listed(bob)).slice(0, -before).map(({ content }) => content)).not.toContain('to bob');
  });

  it('is who reacts to what they have said: once of each, and never oneself', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const { _id: conversationId } = await alice.createGroup([bob]);
    const { _id: messageId } = await alice.emit(sendMessage, { conversationId, content: 'hello' });
    await alice.emit(react, { messageId, emoji: '👍' });
    for (const emoji of ['🎉', '❤️']) {
      await bob.emit(react, { messageId, emoji });
      await bob.emit(unreact, { messageId, emoji });
    }
    const reaction = await finds(alice, (one) => one.reaction !== undefined);
    expect(reaction).toMatchObject({
      title: `${bob.username} reacted to your message in a group`,
      content: '🎉',
      actor_id: bob.id,
      message_id: messageId,
    });
    // Said later, so by now all of these have been told.
    const marker = await bob.emit(sendMessage, { conversationId, content: 'marker' });
    await bob.emit(react, { messageId: marker._id, emoji: '👍' });
    await finds(alice, ({ message_id }) => message_id === marker._id);
    expect((await listed(alice)).filter((one) => one.reaction !== undefined)).toHaveLength(1);
  });

  it('is what becomes of their requests, and what happens to their account', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const ask = { type: 'private' as const, participantIds: [bob.id] };
    const { _id: conversationId } = await alice.emit(createConversation, ask);
    await finds(bob, ({ content }) => content === `${alice.username} wants to write to you`);
    await bob.emit(declineRequest, { conversationId });
    await finds(alice, ({ content }) => content === `${bob.username} has declined your request`);
    await bob.emit(acceptRequest, { conversationId });
    await finds(alice, ({ content }) => content === `${bob.username} has accepted your request`);
    const { password: currentPassword } = alice.account;
    const body = { currentPassword, newPassword: 'another battery, another staple' };
    await alice.call(changePassword, { body });
    expect(await finds(alice, ({ type }) => type === 'system')).toMatchObject({
      title: 'Your password was changed',
      related_id: null,
    });
    const { status } = await system.anonymous.request(login.path, {
      method: 'POST',
      headers: { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0' },
      body: { email: alice.account.email, password: body.newPassword },
    });
    expect(status).toBe(200);
    const { content } = (await finds(alice, ({ title }) => title === 'New sign-in to your account'))!;
    expect(content).toMatch(/^Firefox on Windows\. If that was not you/);
  });

  it('is what they have chosen, over REST and live', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const bells = [await bob.notifications(), await bob.notifications()];
    const { _id: conversationId } = await alice.createGroup([bob]);
    await Promise.all(bells.map((bell) => bell.receives(notificationCount, ({ count }) => count === 1)));
    await bob.call(putPreferences, { body: { kinds: { message: { inApp: false } } } });
    expect(await bob.call(getPreferences)).toMatchObject({ kinds: { message: { inApp: false } } });
    await alice.emit(sendMessage, { conversationId, content: 'unwanted' });
    await alice.emit(sendMessage, { conversationId, content: `@${bob.username}, wanted` });
    for (const bell of bells) {
      await bell.receives(notificationCreated, ({ mentioned }) => mentioned === true);
      expect(bell.received(notificationCreated, ({ type }) => type === 'message')).toHaveLength(1);
      await bell.receives(notificationCount, ({ count }) => count === 2);
    }
    const [entry] = await bells[0]!.emit(listNotifications, {});
    const params = { id: entry!._id };
    expect(await bob.call(getNotificationById, { params })).toMatchObject({ mentioned: true });
    await bob.call(removeNotification, { params });
    for (const bell of bells) await bell.receives(notificationCount, ({ count }) => count === 1);
  });
});
