import { messageCreated, sendMessage, listMessages } from '@app/contracts';
import { useSystem, type Connection } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { contentsOf, heard, marker, upTo } from './support/talk';

/** Session ids begin with the name of the instance. */
const instanceOf = ({ socket }: Connection) => socket.io.engine.id.split('.')[0];

describe('two chat instances behind one gateway', () => {
  const system = useSystem({ instances: { chat: 2 } });

  it('share the sockets of the clients', async () => {
    const [alice] = await system.connected('alice');
    const sockets = [
      alice.chat,
      await alice.connect(),
      await alice.connect({ transports: ['websocket'] }),
      await alice.connect(),
    ];
    expect(new Set(sockets.map(instanceOf))).toEqual(new Set(['chat-1', 'chat-2']));
  });

  it('give 50 sends at once one order without a hole, the same for everybody', async () => {
    const [alice, bob, carol] = await system.connected('alice', 'bob', 'carol');
    const sockets = [alice.chat, bob.chat, carol.chat, await bob.connect(), await carol.connect()];
    const { _id: conversationId } = await alice.createGroup([bob, carol]);

    const acks = await Promise.all(
      upTo(50).map((n) =>
        sockets[n % sockets.length]!.emit(sendMessage, { conversationId, content: `message ${n}` }),
      ),
    );
    expect(acks.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(upTo(50));

    await marker(alice, conversationId, sockets);
    const stored = await alice.emit(listMessages, { conversationId, limit: 100 });
    const order = contentsOf(stored.toReversed());
    for (const socket of sockets) {
      expect(heard(socket, conversationId).map(({ seq }) => seq)).toEqual(upTo(51));
      expect(contentsOf(heard(socket, conversationId))).toEqual(order);
    }
  });

  it('keep the order in which one socket sends, whatever the others do', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const { _id: conversationId } = await alice.createGroup([bob]);
    await Promise.all(
      upTo(50).flatMap((n) =>
        [alice, bob].map((actor) => actor.emit(sendMessage, { conversationId, content: `${actor.id} ${n}` })),
      ),
    );
    await marker(alice, conversationId, [bob.chat]);
    for (const actor of [alice, bob]) {
      const own = contentsOf(heard(bob.chat, conversationId)).filter((content) =>
        content.startsWith(`${actor.id} `),
      );
      expect(own).toEqual(upTo(50).map((n) => `${actor.id} ${n}`));
    }
  });

  it('store one message for one clientId, sent 50 times in parallel over three sockets', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const sockets = [alice.chat, await alice.connect(), await alice.connect()];
    expect(new Set(sockets.map(instanceOf)).size).toBe(2);
    const { _id: conversationId } = await alice.createGroup([bob]);

    const acks = await Promise.all(
      upTo(50).map((n) =>
        sockets[n % 3]!.emit(sendMessage, { conversationId, content: 'only once', clientId: 'the-same' }),
      ),
    );
    expect(new Set(acks.map(({ _id, seq }) => `${_id} ${seq}`)).size).toBe(1);
    expect(acks.filter(({ duplicate }) => !duplicate)).toHaveLength(1);

    await marker(alice, conversationId, [...sockets, bob.chat]);
    for (const socket of [...sockets, bob.chat]) {
      expect(socket.received(messageCreated, ({ content }) => content === 'only once')).toHaveLength(1);
    }
    expect(await bob.emit(listMessages, { conversationId })).toHaveLength(2);
  });

  it('answer a repeated clientId with the first message, also when the words have changed', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const one = await alice.createGroup([bob]);
    const other = await alice.createGroup([bob]);
    const send = (conversationId: string, content: string, actor = alice) =>
      actor.emit(sendMessage, { conversationId, content, clientId: 'retry' });

    const first = await send(one._id, 'first words');
    expect(await send(one._id, 'other words')).toEqual({ ...first, duplicate: true });
    // The id is the sender's own, within one conversation.
    expect((await send(other._id, 'another conversation'))._id).not.toBe(first._id);
    expect((await send(one._id, 'another sender', bob))._id).not.toBe(first._id);
  });
});
