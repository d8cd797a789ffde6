import { randomBytes } from 'node:crypto';
import {
  acceptContactRequest,
  acceptRequest,
  batchUsers,
  createConversation,
  deleteMe,
  deleteMessage,
  editMessage,
  getMe,
  getNotifications,
  listContacts,
  listConversations,
  listMessages,
  login,
  messageUpdated,
  muteConversation,
  react,
  readMessage,
  refresh,
  register,
  requestContact,
  scheduleMessage,
  sendMessage,
  setDraft,
  type AccountExportDto,
} from '@app/contracts';
import { connect } from 'amqplib';
import { Actor, eventually, refusalOf, useSystem } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { textOfAllStores } from './support/all-stores';

/** A name, an address and a number that nothing else has, so that any trace of them can be found. */
const unmistakable = () => {
  const mark = randomBytes(6).toString('hex');
  return {
    username: `eve-${mark}`,
    email: `eve.${mark}@example.com`,
    fullName: `Evelyn ${mark}`,
    phone: `+4930${String(Number.parseInt(mark, 16)).slice(0, 12)}`,
    password: 'correct horse battery staple',
  };
};

const photoOf = ({ username }: { username: string }) => `https://files.example.com/${username}.png`;

describe('leaving', () => {
  const system = useSystem();

  const arrive = async () => {
    const form = unmistakable();
    await system.anonymous.call(register, { body: form });
    const { accessToken, refreshToken, user } = await system.anonymous.call(login, {
      body: { username: form.username, password: form.password },
    });
    const { username, email, password } = form;
    const account = { id: user.user_id, username, email, password, accessToken, refreshToken };
    return { form, eve: new Actor(system.gatewayUrl, account) };
  };

  /** A group and a private conversation, with messages, files, receipts and notifications on all sides. */
  const stage = async () => {
    const [{ form, eve }, [bob, ann]] = [await arrive(), await system.connected('bob', 'ann')];
    await eve.connect();
    const group = await bob.createGroup([eve, ann], 'Team A');
    const { _id: conversationId } = await eve.emit(createConversation, {
      type: 'private',
      participantIds: [bob.id],
    });
    const pair = await bob.emit(acceptRequest, { conversationId });
    const say = (
      who: Actor,
      { _id: conversationId }: { _id: string },
      content: string,
      attachments: string[] = [],
    ) => who.emit(sendMessage, { conversationId, content, attachments });
    await say(eve, group, 'hello, all', [photoOf(form)]);
    const reply = await say(bob, group, 'hello', ['https://files.example.com/bob.png']);
    await say(eve, pair, 'just us');
    await eve.emit(readMessage, { messageId: reply._id });
    const request = await eve.call(requestContact, { body: { userId: ann.id } });
    await ann.call(acceptContactRequest, { params: { id: request.id } });
    await ann.call(requestContact, { body: { userId: bob.id } });
    const notified = (actor: Actor, count: number) =>
      eventually(
        () => actor.call(getNotifications, { query: { limit: 100, collapse: false } }),
        (list) => expect(list).toHaveLength(count),
      );
    await Promise.all([notified(eve, 4), notified(bob, 4), notified(ann, 4)]);
    return { form, eve, bob, ann, group, pair };
  };

  const remove = (eve: Actor, password = eve.account.password) => eve.call(deleteMe, { body: { password } });

  /** What people have said; that somebody has left is told as well. */
  const seenBy = async (actor: Actor, conversationId: string) =>
    (await actor.emit(listMessages, { conversationId })).filter(({ type }) => type !== 'system').toReversed();

  const expectNoTraces = (form: ReturnType<typeof unmistakable>) =>
    eventually(
      () => textOfAllStores(system),
      (text) => {
        const facts = [form.username, form.email, form.fullName, form.phone];
        expect(facts.filter((fact) => text.includes(fact.toLowerCase()))).toEqual([]);
      },
      30_000,
    );

  it('begins with a copy of what is held: all of one’s own, and nothing that is only of others', async () => {
    const { form, eve, bob, ann, group, pair } = await stage();
    const more = Array.from({ length: 450 }, (_, n) => `message ${n}`);
    await Promise.all(
      more.map((content) => eve.emit(sendMessage, { conversationId: pair._id, content, clientId: content })),
    );
    const { _id: messageId } = await eve.emit(sendMessage, { conversationId: group._id, content: 'a draft' });
    const edited = await eve.emit(editMessage, { messageId, content: 'the final words' });
    const reply = (await seenBy(eve, group._id))[1]!;
    await eve.emit(react, { messageId: reply._id, emoji: '👍' });
    await eve.emit(deleteMessage, { messageId: reply._id, forMe: true });
    const conversationId = group._id;
    await eve.emit(muteConversation, { conversationId, muted: true });
    await eve.emit(setDraft, { conversationId, content: 'not yet' });
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    await eve.emit(scheduleMessage, { conversationId, content: 'at the right time', sendAt });
    const answer = await eve.request('/users/me/export');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toContain('attachment; filename="export-');
    const file = answer.body as unknown as AccountExportDto;
    expect(file.complete).toBe(true);
    expect(file.account).toMatchObject({
      user_id: eve.id,
      username: form.username,
      email: form.email,
      phone: form.phone,
    });
    expect(file.conversations.map(({ _id }) => _id).sort()).toEqual([group._id, pair._id].sort());
    expect(file.messages.map(({ content }) => content).sort()).toEqual(
      ['hello, all', 'just us', 'the final words', ...more].sort(),
    );
    expect(file.messages.find(({ _id }) => _id === messageId)).toMatchObject({
      edits: [{ content: 'a draft', at: edited.created_at }],
    });
    const mark = { message_id: reply._id, conversation_id: group._id };
    expect(file.reactions).toEqual([{ ...mark, emoji: '👍' }]);
    expect(file.hidden_messages).toEqual([{ ...mark, hidden_at: expect.any(String) }]);
    const there = { conversation_id: conversationId };
    expect(file.conversation_settings).toMatchObject([{ ...there, muted: true }]);
    expect(file.drafts).toMatchObject([{ ...there, content: 'not yet' }]);
    expect(file.scheduled_messages).toMatchObject([
      { ...there, content: 'at the right time', send_at: sendAt },
    ]);
    expect(file.messages.find(({ content }) => content === 'hello, all')).toMatchObject({
      conversation_id: group._id,
      seq: 1,
      attachments: [photoOf(form)],
    });
    expect(file.receipts).toEqual([{ conversation_id: group._id, read_seq: 2, read_at: expect.any(String) }]);
    // Bob has brought her into the group, has written there, and has accepted her request.
    const actors = [bob.id, bob.id, bob.id, ann.id];
    expect(file.notifications.map(({ actor_id }) => actor_id).sort()).toEqual(actors.sort());
    expect(file.sessions).toHaveLength(1);
    expect(file.contacts).toEqual([{ user_id: ann.id, since: expect.any(String) }]);
    expect(file.contact_requests).toEqual([]);
    expect(file.roles).toEqual([{ name: 'member', assigned_at: expect.any(String) }]);
    const text = JSON.stringify(file);
    for (const secret of [
      bob.account.email,
      ann.account.email,
      eve.account.refreshToken,
      'argon2',
      'password_hash',
    ])
      expect(text).not.toContain(secret);
  });

  it('ends sockets and sessions, and leaves conversations readable without a person in them', async () => {
    const { form, eve, bob, ann, group, pair } = await stage();
    expect(await textOfAllStores(system)).toContain(form.username);
    expect(await refusalOf(remove(eve, 'wrong'))).toMatchObject({
      code: 'BAD_REQUEST',
      fields: ['password'],
    });
    const bell = await eve.notifications();
    const closed = [eve.chat, bell].map(
      ({ socket }) => new Promise((resolve) => socket.once('disconnect', resolve)),
    );

    expect(await remove(eve)).toEqual({});
    await Promise.all(closed);
    expect((await refusalOf(eve.call(getMe))).code).toBe('AUTH_INVALID');
    const { refreshToken, email, password } = eve.account;
    expect((await refusalOf(system.anonymous.call(refresh, { body: { refreshToken } }))).code).toBe(
      'AUTH_INVALID',
    );
    expect((await refusalOf(system.anonymous.call(login, { body: { email, password } }))).code).toBe(
      'AUTH_INVALID',
    );
    expect((await refusalOf(remove(eve))).code).toBe('AUTH_INVALID');

    await bob.receives(messageUpdated, ({ sender_id }) => sender_id === eve.id);
    const messages = await seenBy(ann, group._id);
    expect(
      messages.map(({ seq, sender_id, content, attachments }) => [seq, sender_id, content, attachments]),
    ).toEqual([
      [1, eve.id, 'hello, all', []],
      [2, bob.id, 'hello', ['https://files.example.com/bob.png']],
    ]);
    await eventually(
      () => seenBy(bob, group._id),
      (list) => expect(list.map(({ seen_by }) => seen_by)).toEqual([[], []]),
    );
    expect((await seenBy(bob, pair._id)).map(({ content }) => content)).toEqual(['just us']);
    expect((await bob.emit(listConversations, {})).map(({ _id }) => _id)).toContain(pair._id);
    expect(await bob.call(batchUsers, { body: { ids: [eve.id] } })).toEqual([
      { user_id: eve.id, username: `deleted-${eve.id}`, full_name: null, avatar_url: null, deleted: true },
    ]);
    await expectNoTraces(form);
    const theirs = await ann.call(getNotifications, { query: { collapse: false } });
    expect(theirs.map(({ title, actor_id }) => [title, actor_id])).toEqual([
      ['Deleted user', eve.id],
      [`${bob.username} in Team A`, bob.id],
      ['Deleted user', eve.id],
      [`${bob.username} in Team A`, bob.id],
    ]);
    expect(await ann.call(listContacts, { query: {} })).toEqual([]);

    // Nobody can bring them back, and the name is somebody else's.
    const again = await refusalOf(bob.emit(createConversation, { name: 'x', participantIds: [eve.id] }));
    expect(again).toMatchObject({ code: 'BAD_REQUEST', fields: ['participantIds'] });
    const heir = await system.anonymous.call(register, { body: form });
    expect(heir.user_id).not.toBe(eve.id);
    await bob.emit(sendMessage, { conversationId: group._id, content: 'after' });
    const later = await eventually(
      () => ann.call(getNotifications, { query: { collapse: false } }),
      (list) => expect(list).toHaveLength(5),
    );
    expect(later[0]).toMatchObject({ content: 'after' });
    expect(heir.created_at > messages[0]!.created_at).toBe(true);
  });

  it('reaches services that were away at that moment', async () => {
    const { form, eve, bob, group } = await stage();
    const away = ['chat-1', 'notification-1'];
    for (const name of away) {
      system.process(name).kill();
      await system.process(name).exited();
    }
    expect(await remove(eve)).toEqual({});
    await system.restart(...away);
    await expectNoTraces(form);
    await eventually(
      () => seenBy(bob, group._id),
      (list) => expect(list.map(({ attachments }) => attachments.length)).toEqual([0, 1]),
    );
    await expect(eve.connect()).rejects.toMatchObject({ message: 'AUTH_INVALID' });
  });

  it('reaches a service that the event could not reach: its queue was gone', async () => {
    const { form, eve } = await stage();
    system.process('chat-1').kill();
    await system.process('chat-1').exited();
    const connection = await connect(system.stores.RABBITMQ_URL);
    await (await connection.createChannel()).deleteQueue('chat-service.user.deleted');
    await connection.close();
    expect(await remove(eve)).toEqual({});
    // Somebody else's queue has the event: it will not be sent again.
    await eventually(
      () => textOfAllStores(system),
      (text) => expect(text).not.toContain('user.deleted'),
    );
    await system.restart('chat-1');
    await expectNoTraces(form);
  });
});
