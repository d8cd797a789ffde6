import {
  addMember,
  deleteMessage,
  editMessage,
  react,
  removeMember,
  sendMessage,
  updateConversation,
  type MessageDto,
} from '@app/contracts';
import { differencesOf, eventually, SyncedClient, useSystem, type Actor } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { upTo } from './support/talk';

describe('a client that was away', () => {
  const system = useSystem({ instances: { chat: 2 } });

  function clientOf({ id, account }: Actor): SyncedClient {
    return new SyncedClient({
      userId: id,
      gateways: [system.gatewayUrl],
      token: () => account.accessToken,
    });
  }

  const inSync = (client: SyncedClient) =>
    eventually(
      () => Promise.resolve(client.isInSync),
      (isInSync) => expect(isInSync).toBe(true),
    );

  /** It knows what a client that never saw anything is told. */
  async function expectUpToDate(client: SyncedClient, actor: Actor) {
    const fresh = clientOf(actor);
    fresh.goOnline();
    try {
      await eventually(
        async () => {
          await inSync(fresh);
          return differencesOf(client, fresh);
        },
        (differences) => expect(differences).toEqual([]),
      );
      expect(fresh.conversations.size).toBeGreaterThan(0);
    } finally {
      fresh.goOffline();
    }
  }

  it('learns all that it has missed, in pages, and of what is new and what is gone', async () => {
    const [alice, bob, carol] = await system.connected('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.createGroup([bob, carol]);
    const { _id: lostId } = await alice.createGroup([bob, carol], 'soon without Bob');
    const send = (content: string, to = conversationId) =>
      alice.emit(sendMessage, { conversationId: to, content });
    const first: MessageDto[] = await Promise.all(upTo(5).map((n) => send(`before ${n}`)));

    const client = clientOf(bob);
    client.goOnline();
    await inSync(client);
    expect(client.conversations.get(conversationId)?.messages.size).toBe(5);
    client.goOffline();

    await Promise.all(upTo(150).map((n) => send(`missed ${n}`)));
    await alice.emit(editMessage, { messageId: first[0]!._id, content: 'another text' });
    await alice.emit(deleteMessage, { messageId: first[1]!._id });
    await carol.emit(react, { messageId: first[2]!._id, emoji: '👍' });
    await alice.emit(updateConversation, { conversationId, name: 'another name' });
    await alice.emit(removeMember, { conversationId: lostId, userId: bob.id });
    const { _id: newId } = await alice.createGroup([bob], 'new');
    await send('welcome', newId);

    client.goOnline();
    await inSync(client);
    await expectUpToDate(client, bob);
    expect([...client.conversations.keys()].toSorted()).toEqual([conversationId, newId].toSorted());
    expect(client.conversations.get(conversationId)?.history.map(({ seq }) => seq)).toEqual(upTo(156));
    client.goOffline();
  });

  it('follows live what comes after that, also into a conversation that it comes back to', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const { _id: conversationId } = await alice.createGroup([bob]);
    const client = clientOf(bob);
    client.goOnline();
    await inSync(client);

    await alice.emit(sendMessage, { conversationId, content: 'live' });
    await alice.emit(removeMember, { conversationId, userId: bob.id });
    await eventually(
      () => Promise.resolve(client.conversations.has(conversationId)),
      (isThere) => expect(isThere).toBe(false),
    );
    await alice.emit(sendMessage, { conversationId, content: 'without Bob' });
    await alice.emit(addMember, { conversationId, userId: bob.id });
    const said = await client.send({ conversationId, content: 'I am back', clientId: 'back' });
    await expectUpToDate(client, bob);
    expect(client.conversations.get(conversationId)?.messages.get(said._id)?.content).toBe('I am back');
    client.goOffline();
  });

  it('says again what had no answer, once it is back: it is stored once, in order', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const { _id: conversationId } = await alice.createGroup([bob]);
    const client = clientOf(bob);
    client.goOnline();
    await inSync(client);
    const say = (n: number) => client.send({ conversationId, content: `message ${n}`, clientId: `c-${n}` });
    const first = upTo(10).map(say);
    // Some of them are on their way now.
    client.goOffline();
    const all = [...first, ...upTo(20).slice(10).map(say)];
    client.goOnline();
    const acks = await Promise.all(all);
    expect(acks.map(({ seq }) => seq)).toEqual(upTo(20));
    await expectUpToDate(client, bob);
    client.goOffline();
  });
});
