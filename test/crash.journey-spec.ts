import {
  getNotifications,
  getUnreadCount,
  notificationCount,
  notificationCreated,
  sendMessage,
} from '@app/contracts';
import { eventually, useSystem, type Actor, type Connection } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { heard, marker, upTo } from './support/talk';
import { sendStubbornly } from './support/stubborn-sender';
import { storedHistory } from './support/stored-history';

const EACH = 60;

describe('kill -9', () => {
  const system = useSystem({ instances: { chat: 2 } });

  /** Everybody sends EACH messages, one after the other, retrying; `disturb` happens when a third of them is stored. */
  async function talkThrough(people: Actor[], conversationId: string, disturb: () => Promise<void>) {
    let acked = 0;
    let disturbed: Promise<void> | undefined;
    const talk = async (actor: Actor) => {
      const acks = [];
      for (const n of upTo(EACH)) {
        acks.push(
          await sendStubbornly(actor.chat, {
            conversationId,
            content: `${actor.id} ${n}`,
            clientId: `c-${n}`,
          }),
        );
        if (++acked === (people.length * EACH) / 3) disturbed = disturb();
      }
      return acks;
    };
    const acks = (await Promise.all(people.map(talk))).flat();
    await disturbed;
    return acks;
  }

  async function expectNothingLostOrDoubled(
    people: Actor[],
    conversationId: string,
    acks: { _id: string; seq: number }[],
  ) {
    const stored = await storedHistory(people[0]!, conversationId);
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(people.length * EACH));
    expect(new Set(acks.map(({ _id, seq }) => `${_id} ${seq}`))).toEqual(
      new Set(stored.map(({ _id, seq }) => `${_id} ${seq}`)),
    );
    for (const actor of people) {
      const own = stored.filter(({ sender_id }) => sender_id === actor.id).map(({ content }) => content);
      expect(own).toEqual(upTo(EACH).map((n) => `${actor.id} ${n}`));
    }
  }

  /** A socket may miss what was said while it was away, but never hears anything twice or out of order. */
  function expectOrder(sockets: Connection[], conversationId: string) {
    for (const socket of sockets) {
      const seqs = heard(socket, conversationId).map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    }
  }

  it('of a chat instance in use: clients go on with the other one, nothing is lost or doubled', async () => {
    const people = await system.connected('alice', 'bob', 'carol', 'dave');
    const { _id: conversationId } = await people[0].createGroup(people.slice(1));
    const acks = await talkThrough(people, conversationId, async () => {
      const victim = system.process('chat-1');
      victim.kill();
      await victim.exited();
    });
    await expectNothingLostOrDoubled(people, conversationId, acks);
    await system.restart('chat-1');
    const sockets = people.map(({ chat }) => chat);
    await marker(people[0], conversationId, sockets);
    expectOrder(sockets, conversationId);
  });

  it('of all chat instances: clients come back when they do', async () => {
    const people = await system.connected('alice', 'bob', 'carol');
    const { _id: conversationId } = await people[0].createGroup(people.slice(1));
    const acks = await talkThrough(people, conversationId, async () => {
      const victims = ['chat-1', 'chat-2'].map((name) => system.process(name));
      for (const victim of victims) victim.kill();
      await Promise.all(victims.map((victim) => victim.exited()));
      await system.restart('chat-1', 'chat-2');
    });
    await expectNothingLostOrDoubled(people, conversationId, acks);
    expectOrder(
      people.map(({ chat }) => chat),
      conversationId,
    );
  });

  it('of the gateway: clients come back through the next one', async () => {
    const people = await system.connected('alice', 'bob');
    const { _id: conversationId } = await people[0].createGroup(people.slice(1));
    const acks = await talkThrough(people, conversationId, async () => {
      system.process('gateway-1').kill();
      await system.process('gateway-1').exited();
      await system.restart('gateway-1');
    });
    await expectNothingLostOrDoubled(people, conversationId, acks);
  });

  it('of the notification service while it works: each notification comes exactly once in the end', async () => {
    const [alice, bob] = await system.users('alice', 'bob');
    await alice.connect();
    const { _id: conversationId } = await alice.createGroup([bob]);
    const send = (n: number) => alice.emit(sendMessage, { conversationId, content: `message ${n}` });

    await Promise.all(upTo(100).map(send));
    system.process('notification-1').kill();
    await system.process('notification-1').exited();
    for (let n = 101; n <= 150; n++) await send(n);
    await system.restart('notification-1');

    await eventually(
      () => bob.call(getUnreadCount),
      // The first one says that Alice has brought him into the group.
      ({ count }) => expect(count).toBe(1 + 150),
      20_000,
    );
    // One more message, and all before it have been handled as often as they ever will be.
    const bell = await bob.notifications();
    await bell.receives(notificationCount);
    await send(151);
    await bell.receives(notificationCreated, ({ content }) => content === 'message 151');
    const contents: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { data, page } = await bob.ask(getNotifications, {
        query: { limit: 100, collapse: false, ...(cursor && { cursor }) },
      });
      contents.push(...data.filter(({ type }) => type === 'message').map(({ content }) => content));
      cursor = page?.next ?? null;
    }
    expect(contents.toSorted()).toEqual(
      upTo(151)
        .map((n) => `message ${n}`)
        .toSorted(),
    );
  });
});
