import { getMe, serverDraining } from '@app/contracts';
import { useSystem } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { storedHistory } from './support/stored-history';
import { sendStubbornly } from './support/stubborn-sender';
import { upTo } from './support/talk';

describe('SIGTERM', () => {
  const system = useSystem();

  /** Sends SIGTERM, and gives the seconds until the end. */
  async function terminate(name: string): Promise<number> {
    const startedAt = performance.now();
    const process = system.process(name);
    process.kill('SIGTERM');
    await process.exited();
    return (performance.now() - startedAt) / 1_000;
  }

  it.each(['chat-1', 'notification-1', 'user-1', 'gateway-1'])(
    'ends %s with exit code 0 within 10 s, its sockets open',
    async (name) => {
      const [alice] = await system.connected('alice');
      await alice.notifications();
      expect(await terminate(name)).toBeLessThan(10);
      expect(system.endingOf(name)).toBe('ended with exit code 0');
      await system.restart(name);
      expect(await alice.call(getMe)).toMatchObject({ user_id: alice.id });
    },
  );

  it('of the chat service while it is used: clients are told, come back, and nothing is lost or doubled', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const { _id: conversationId } = await alice.createGroup([bob]);
    const sending = Promise.all(
      upTo(200).map((n) =>
        sendStubbornly(alice.chat, { conversationId, content: `message ${n}`, clientId: `c-${n}` }),
      ),
    );
    const back = bob.chat.reconnected();
    await terminate('chat-1');
    expect(system.endingOf('chat-1')).toBe('ended with exit code 0');
    await bob.receives(serverDraining);
    await system.restart('chat-1');

    const acks = await sending;
    await back;
    const stored = await storedHistory(bob, conversationId);
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(200));
    expect(new Set(acks.map(({ _id }) => _id))).toEqual(new Set(stored.map(({ _id }) => _id)));
  });
});
