import {
  conversationCreated,
  createConversation,
  getConversation,
  getMe,
  joinConversation,
  leaveConversation,
  listConversations,
  listMembers,
  messageCreated,
  refresh,
  sendMessage,
} from '@app/contracts';
import { useSystem } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { heard, marker } from './support/talk';

const TRANSPORTS = {
  'with the default transports': {},
  'over websocket only': { transports: ['websocket'] },
  'over polling only': { transports: ['polling'] },
};

describe('the first message', () => {
  const system = useSystem();

  it('begins with an account: register, sign in, see oneself, renew the tokens', async () => {
    const alice = await system.user('alice');
    expect(await alice.call(getMe)).toMatchObject({
      user_id: alice.id,
      username: alice.username,
      status: 'active',
    });
    const renewed = await system.anonymous.call(refresh, {
      body: { refreshToken: alice.account.refreshToken },
    });
    expect(renewed.user.user_id).toBe(alice.id);
    expect(renewed.refreshToken).not.toBe(alice.account.refreshToken);
  });

  it.each(Object.entries(TRANSPORTS))('goes from one client to another %s', async (_title, options) => {
    const [alice, bob] = await system.users('alice', 'bob');
    await Promise.all([alice.connect(options), bob.connect(options)]);

    const conversation = await alice.createGroup([bob], 'Team A');
    await bob.receives(conversationCreated, (event) => event.conversation._id === conversation._id);
    const sent = await alice.emit(sendMessage, {
      conversationId: conversation._id,
      content: 'Hello, Bob!',
      clientId: 'c-1',
    });
    const received = await bob.receives(messageCreated, (message) => message.content === 'Hello, Bob!');

    const user = { id: alice.id, name: alice.username };
    expect(received).toMatchObject({ ...sent, user });
    expect(sent).toMatchObject({
      conversation_id: conversation._id,
      sender_id: alice.id,
      clientId: 'c-1',
      seq: 1,
      type: 'text',
      status: 'sent',
      deleted_at: null,
    });
    expect(new Date(sent.created_at).toISOString()).toBe(sent.created_at);
  });

  it('reaches members who never joined the conversation, once on every socket, joined or not', async () => {
    const [alice, bob, carol] = await system.connected('alice', 'bob', 'carol');
    const bobsPhone = await bob.connect({ transports: ['websocket'] });
    const { _id: conversationId } = await alice.createGroup([bob, carol]);
    await bob.emit(joinConversation, { conversationId });

    const sent = await alice.emit(sendMessage, { conversationId, content: 'Who is here?' });
    const sockets = [alice.chat, bob.chat, bobsPhone, carol.chat];
    const last = await marker(alice, conversationId, sockets);

    for (const socket of sockets)
      expect(heard(socket, conversationId).map(({ _id }) => _id)).toEqual([sent._id, last._id]);
  });

  it('keeps arriving after the conversation was left on the socket, because membership stays', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const { _id: conversationId } = await alice.createGroup([bob]);
    await bob.emit(joinConversation, { conversationId });
    await bob.emit(leaveConversation, { conversationId });
    await marker(alice, conversationId, [bob.chat]);
    expect(heard(bob.chat, conversationId)).toHaveLength(1);
  });

  it('does not reach anybody outside the conversation', async () => {
    const [alice, bob, mallory] = await system.connected('alice', 'bob', 'mallory');
    const inside = await alice.createGroup([bob]);
    const shared = await alice.createGroup([bob, mallory]);
    await alice.emit(sendMessage, { conversationId: inside._id, content: 'between us' });
    await mallory.chat.receivesNothing(messageCreated, (message) => message.content === 'between us', {
      until: marker(alice, shared._id, [bob.chat, mallory.chat]),
    });
    expect(mallory.received(conversationCreated).map((event) => event.conversation._id)).toEqual([
      shared._id,
    ]);
  });

  it('shows in the conversation list of both, with what is unread, latest activity first', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const first = await alice.createGroup([bob], 'first');
    const second = await alice.createGroup([bob], 'second');
    await marker(alice, second._id, [bob.chat]);
    const latest = await marker(alice, first._id, [bob.chat]);

    const list = await bob.emit(listConversations, {});
    expect(list.map(({ name, unread }) => ({ name, unread }))).toEqual([
      { name: 'first', unread: 1 },
      { name: 'second', unread: 1 },
    ]);
    expect(list[0]?.lastMessage?._id).toBe(latest._id);
    expect((await alice.emit(listConversations, {})).map(({ unread }) => unread)).toEqual([0, 0]);
  });

  it('pages the conversation list by cursor', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    for (const name of ['one', 'two', 'three']) await alice.createGroup([bob], name);
    const newest = await alice.chat.ask(listConversations, { limit: 2 });
    const rest = await alice.chat.ask(listConversations, { limit: 2, cursor: newest.page!.next! });
    expect([...newest.data, ...rest.data].map(({ name }) => name)).toEqual(['three', 'two', 'one']);
    expect(rest.page?.next).toBeNull();
  });

  it('knows who is in a conversation and who of them is there', async () => {
    const [alice, bob, carol] = await system.users('alice', 'bob', 'carol');
    await Promise.all([alice.connect(), bob.connect()]);
    const { _id: conversationId } = await alice.createGroup([bob, carol]);

    const joined = await bob.emit(joinConversation, { conversationId });
    expect(joined.lastSeq).toBe(0);
    expect(joined.membersOnline.toSorted((a, b) => a - b)).toEqual(
      [alice.id, bob.id].toSorted((a, b) => a - b),
    );
    const members = await alice.emit(listMembers, { conversationId });
    expect(Object.fromEntries(members.map(({ userId, role, online }) => [userId, { role, online }]))).toEqual(
      {
        [alice.id]: { role: 'admin', online: true },
        [bob.id]: { role: 'member', online: true },
        [carol.id]: { role: 'member', online: false },
      },
    );
    expect(
      await carol.connect().then((chat) => chat.emit(getConversation, { conversationId })),
    ).toMatchObject({
      _id: conversationId,
      admin_id: alice.id,
    });
  });

  it('uses the same private conversation however often and from whichever side it is started', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () =>
        alice.emit(createConversation, { type: 'private', participantIds: [bob.id] }),
      ),
      ...Array.from({ length: 5 }, () =>
        bob.emit(createConversation, { type: 'private', participants: [alice.id] }),
      ),
    ]);
    expect(new Set(answers.map(({ _id }) => _id)).size).toBe(1);
  });
});
