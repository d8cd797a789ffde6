import {
  acceptContactRequest,
  acceptRequest,
  AUDIENCES,
  blockByEvent,
  blockUser,
  createConversation,
  getMe,
  getPresence,
  listBlocks,
  listContactRequests,
  listContacts,
  listMessages,
  messageCreated,
  messageStatus,
  notificationCreated,
  presenceChanged,
  putPrivacy,
  readMessage,
  requestContact,
  sendMessage,
  subscribePresence,
  unblockByEvent,
  unblockUser,
  userBlocked,
  userUnblocked,
  type Audience,
} from '@app/contracts';
import { eventually, refusalOf, useSystem, type Actor, type Connection } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { marker } from './support/talk';

const LEASE_MS = 2_000;

describe('people', () => {
  const system = useSystem({
    instances: { chat: 2 },
    env: { PRESENCE_GRACE_MS: '300', PRESENCE_LEASE_MS: String(LEASE_MS) },
  });

  /** A socket on each of the two chat instances. */
  const everywhere = (actor: Actor): Promise<Connection[]> =>
    Promise.all(system.urls('chat').map((origin) => actor.connect({ origin })));

  const talk = async (a: Actor, b: Actor) => {
    const { _id: conversationId } = await a.emit(createConversation, {
      type: 'private',
      participantIds: [b.id],
    });
    await b.emit(acceptRequest, { conversationId });
    return conversationId;
  };
  const send = (from: Connection, conversationId: string) =>
    from.emit(sendMessage, { conversationId, content: 'hello' });
  const block = (by: Actor, whom: Actor) => by.call(blockUser, { params: { userId: whom.id } });
  const unblock = (by: Actor, whom: Actor) => by.call(unblockUser, { params: { userId: whom.id } });
  const isRefused = (from: Connection, conversationId: string) =>
    eventually(
      () => refusalOf(send(from, conversationId)),
      ({ code }) => expect(code).toBe('FORBIDDEN'),
    );

  async function befriend(a: Actor, b: Actor): Promise<void> {
    const { id } = await a.call(requestContact, { body: { userId: b.id } });
    await b.call(acceptContactRequest, { params: { id } });
  }

  it('who ask each other to be contacts are told', async () => {
    const [alice, bob] = await system.users('alice', 'bob');
    const [aliceHears, bobHears] = await Promise.all([alice.notifications(), bob.notifications()]);
    const { id } = await alice.call(requestContact, { body: { userId: bob.id } });
    const asked = await bobHears.receives(notificationCreated);
    expect(asked).toMatchObject({ type: 'request', title: alice.username, related_id: String(id) });
    await bob.call(acceptContactRequest, { params: { id } });
    const accepted = await aliceHears.receives(notificationCreated);
    expect(accepted).toMatchObject({ type: 'request', title: bob.username, related_id: String(id) });
    expect(await alice.call(listContacts)).toMatchObject([{ user_id: bob.id }]);
    expect(bobHears.received(notificationCreated)).toHaveLength(1);
  });

  it('who are blocked reach the other on no instance, until they are unblocked', async () => {
    const [alice, bob] = await system.users('alice', 'bob');
    const [[aliceNear], bobs] = await Promise.all([everywhere(alice), everywhere(bob)]);
    const conversationId = await talk(alice, bob);
    for (const device of bobs) await send(device, conversationId);

    await block(alice, bob);
    await Promise.all(bobs.map((device) => isRefused(device, conversationId)));
    expect((await refusalOf(send(alice.chat, conversationId))).code).toBe('FORBIDDEN');
    await aliceNear!.receives(userBlocked, ({ userId }) => userId === bob.id);
    expect(bobs.flatMap((device) => device.received(userBlocked))).toEqual([]);
    expect((await refusalOf(talk(bob, alice))).code).toBe('FORBIDDEN');
    expect((await refusalOf(bob.createGroup([alice]))).code).toBe('FORBIDDEN');
    expect((await bob.call(requestContact, { body: { userId: alice.id } })).status).toBe('pending');
    expect(await alice.call(listContactRequests)).toEqual([]);

    await unblock(alice, bob);
    await aliceNear!.receives(userUnblocked, ({ userId }) => userId === bob.id);
    for (const device of bobs)
      await eventually(
        () => send(device, conversationId),
        () => undefined,
      );
    const { id } = await bob.call(requestContact, { body: { userId: alice.id } });
    expect(await alice.call(listContactRequests)).toMatchObject([{ id, user: { user_id: bob.id } }]);
  });

  it('are blocked and unblocked over a socket, too', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const conversationId = await talk(alice, bob);
    expect(await alice.emit(blockByEvent, { userId: bob.id })).toMatchObject({ user_id: bob.id });
    await isRefused(bob.chat, conversationId);
    expect(await alice.call(listBlocks)).toMatchObject([{ user_id: bob.id }]);
    const self = await refusalOf(alice.emit(blockByEvent, { userId: alice.id }));
    expect(self).toMatchObject({ code: 'BAD_REQUEST', fields: ['userId'] });
    expect((await refusalOf(alice.emit(blockByEvent, { userId: 2_000_000_000 }))).code).toBe('NOTFOUND');
    for (const _twice of [1, 2]) await alice.emit(unblockByEvent, { userId: bob.id });
    await eventually(
      () => send(bob.chat, conversationId),
      () => undefined,
    );
    expect(await alice.call(listBlocks)).toEqual([]);
  });

  it('are kept apart also while the user service is away', async () => {
    const [alice, bob, carol] = await system.users('alice', 'bob', 'carol');
    await Promise.all([alice, bob, carol].map(everywhere));
    const [toBob, toCarol] = await Promise.all([talk(alice, bob), talk(alice, carol)]);
    await block(alice, bob);
    await isRefused(bob.chat, toBob);

    system.process('user-1').kill();
    await system.process('user-1').exited();
    try {
      // An instance that starts now has asked nobody yet.
      await system.process('chat-2').stop();
      await system.process('chat-2').restart();
      const origin = system.urls('chat')[1]!;
      const [bobFar, carolFar] = await Promise.all([bob.connect({ origin }), carol.connect({ origin })]);
      for (const device of [bob.chat, bobFar])
        expect((await refusalOf(send(device, toBob))).code).toBe('FORBIDDEN');
      const sent = await send(carolFar, toCarol);
      await alice.receives(messageCreated, ({ _id }) => _id === sent._id);
    } finally {
      await system.restart('user-1');
    }
  });

  describe('see of each other what privacy allows', () => {
    const SEES: Record<Audience, string[]> = {
      everyone: ['stranger', 'contact'],
      contacts: ['contact'],
      nobody: [],
    };

    it('for every choice', async () => {
      const [owner, stranger, contact, blocked] = await system.connected(
        'owner',
        'stranger',
        'contact',
        'blocked',
      );
      await befriend(owner, contact);
      await block(owner, blocked);
      const viewers = { stranger, contact, blocked };
      for (const presence of AUDIENCES) {
        for (const lastSeen of AUDIENCES) {
          await owner.call(putPrivacy, { body: { presence, lastSeen, readReceipts: true } });
          for (const [name, viewer] of Object.entries(viewers)) {
            const expected = {
              userId: owner.id,
              online: SEES[presence].includes(name),
              lastSeen: SEES[lastSeen].includes(name) ? (expect.any(String) as string) : null,
            };
            const what = `${name}, presence for ${presence}, last seen for ${lastSeen}`;
            await eventually(
              () => viewer.call(getPresence, { params: { id: owner.id } }),
              (seen) => expect(seen, what).toEqual(expected),
            );
            await eventually(
              () => viewer.emit(subscribePresence, { userIds: [owner.id] }),
              (seen) => expect(seen, what).toEqual([expected]),
            );
          }
        }
      }
      expect(await owner.call(getPresence, { params: { id: owner.id } })).toMatchObject({ online: true });
      const nobody = owner.call(getPresence, { params: { id: 2_000_000_000 } });
      expect((await refusalOf(nobody)).code).toBe('NOTFOUND');
    });
  });

  it('come and go for those who watch, on any instance, and the time is kept', async () => {
    const [alice, bob] = await system.users('alice', 'bob');
    const [near, far] = system.urls('chat') as [string, string];
    const watcher = await alice.connect({ origin: near });
    expect(await watcher.emit(subscribePresence, { userIds: [bob.id] })).toEqual([
      { userId: bob.id, online: false, lastSeen: null },
    ]);
    expect((await bob.call(getMe)).last_seen).toBeNull();
    const phone = await bob.connect({ origin: far });
    const came = await watcher.receives(presenceChanged, ({ online }) => online);
    phone.close();
    const went = await watcher.receives(presenceChanged, ({ online }) => !online);
    expect(Date.parse(went.lastSeen ?? '')).toBeGreaterThanOrEqual(Date.parse(came.lastSeen ?? ''));
    await eventually(
      () => bob.call(getMe),
      ({ last_seen }) => expect(last_seen).toBe(went.lastSeen),
    );
  });

  it('whose instance was killed are gone after a while', async () => {
    const [alice, bob] = await system.users('alice', 'bob');
    const [near, far] = system.urls('chat') as [string, string];
    const watcher = await alice.connect({ origin: near });
    await bob.connect({ origin: far, reconnection: false });
    await eventually(
      () => watcher.emit(subscribePresence, { userIds: [bob.id] }),
      (seen) => expect(seen).toMatchObject([{ online: true }]),
    );
    system.process('chat-2').kill();
    try {
      const went = await watcher.receives(presenceChanged, ({ online }) => !online, 30_000);
      expect(went.lastSeen).not.toBeNull();
    } finally {
      await system.restart('chat-2');
    }
  });

  it('who keep to themselves what they have read do so on every instance', async () => {
    const [alice, bob] = await system.users('alice', 'bob');
    const [aliceNear, aliceFar] = await everywhere(alice);
    const [bobNear, bobFar] = await everywhere(bob);
    const conversationId = await talk(alice, bob);
    const read = async (reader: Connection) => {
      const { _id: messageId } = await send(aliceNear!, conversationId);
      await reader.emit(readMessage, { messageId });
      await marker(bobNear!, conversationId, [aliceNear!, aliceFar!]);
      const history = await alice.emit(listMessages, { conversationId });
      return history.find(({ _id }) => _id === messageId)?.seen_by;
    };
    expect(await read(bobFar!)).toEqual([bob.id]);
    await aliceFar!.receives(messageStatus, ({ userId }) => userId === bob.id);
    await bob.call(putPrivacy, {
      body: { presence: 'everyone', lastSeen: 'everyone', readReceipts: false },
    });
    await eventually(
      () => read(bobNear!),
      (seen) => expect(seen).toEqual([]),
    );
    await eventually(
      () => read(bobFar!),
      (seen) => expect(seen).toEqual([]),
    );
    const told = () => aliceFar!.received(messageStatus, ({ userId }) => userId === bob.id).length;
    const before = told();
    for (const device of [bobNear!, bobFar!]) expect(await read(device)).toEqual([]);
    expect(told()).toBe(before);
    await bobFar!.receivesMany(messageStatus, 3, ({ userId }) => userId === bob.id);
  });
});
