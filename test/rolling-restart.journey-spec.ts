import { setTimeout as delay } from 'node:timers/promises';
import { getMe, getUnreadCount, type SentMessageDto } from '@app/contracts';
import { eventually, HttpClient, SyncedClient, useSystem, type Actor } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { storedHistory } from './support/stored-history';
import { upTo } from './support/talk';

/** Between two messages of one person, and between two requests. */
const PACE_MS = 25;
const LONGEST_STOP_MS = 10_000;

describe('a rolling restart of everything', () => {
  const system = useSystem({ instances: { gateway: 2, user: 2, chat: 2, notification: 2 } });
  let isRestarting = true;

  function clientOf({ id, account }: Actor, index: number): SyncedClient {
    const gateways = system.urls('gateway');
    return new SyncedClient({
      userId: id,
      gateways: index % 2 === 0 ? gateways : gateways.toReversed(),
      token: () => account.accessToken,
    });
  }

  /** One message after the other, as long as processes are being restarted. */
  async function talk(
    client: SyncedClient,
    { id }: Actor,
    conversationId: string,
  ): Promise<SentMessageDto[]> {
    const acks: SentMessageDto[] = [];
    for (let n = 1; isRestarting; n++) {
      acks.push(await client.send({ conversationId, content: `${id} ${n}`, clientId: `c-${n}` }));
      await delay(PACE_MS);
    }
    return acks;
  }

  /** How many requests both gateways failed to answer, of how many. */
  async function ask({ account }: Actor): Promise<{ asked: number; failed: string[] }> {
    const gateways = system.urls('gateway').map((url) => new HttpClient(url, () => account.accessToken));
    const failed: string[] = [];
    let asked = 0;
    for (; isRestarting; asked++) {
      const [first, second] = gateways;
      const again = () => second!.call(getMe);
      await first!
        .call(getMe)
        .catch(again)
        .catch((error: unknown) => failed.push(String(error)));
      gateways.reverse();
      await delay(PACE_MS);
    }
    return { asked, failed };
  }

  async function renew(name: string): Promise<void> {
    const process = system.process(name);
    const startedAt = performance.now();
    process.kill('SIGTERM');
    await process.exited();
    expect(performance.now() - startedAt, `ms until ${name} has ended`).toBeLessThan(LONGEST_STOP_MS);
    expect(system.endingOf(name)).toBe('ended with exit code 0');
    await system.restart(name);
  }

  it('under load: every command gets its answer, nothing is lost, doubled or out of order', async () => {
    const people = await system.users('alice', 'bob', 'carol', 'dave', 'erin', 'frank');
    await people[0].connect();
    const { _id: conversationId } = await people[0].createGroup(people.slice(1));
    const clients = people.map(clientOf);
    for (const client of clients) client.goOnline();

    const talking = Promise.all(clients.map((client, index) => talk(client, people[index]!, conversationId)));
    const asking = ask(people[0]);
    for (const service of ['user', 'notification', 'chat', 'gateway'])
      for (const number of [1, 2]) await renew(`${service}-${number}`);
    isRestarting = false;
    const acks = (await talking).flat();

    const { asked, failed } = await asking;
    expect(failed).toEqual([]);
    expect(asked).toBeGreaterThan(100);
    const stored = await storedHistory(people[0], conversationId);
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(acks.length));
    expect(new Set(acks.map(({ _id, seq }) => `${_id} ${seq}`))).toEqual(
      new Set(stored.map(({ _id, seq }) => `${_id} ${seq}`)),
    );
    for (const [index, { id }] of people.entries()) {
      const own = stored.filter(({ sender_id }) => sender_id === id);
      expect(own.map(({ content }) => content)).toEqual(upTo(own.length).map((n) => `${id} ${n}`));
      await eventually(
        () => Promise.resolve(clients[index]!.conversations.get(conversationId)?.history),
        (history) => expect(history?.map((message) => message.id)).toEqual(stored.map(({ _id }) => _id)),
      );
      // The first one says that Alice has brought them into the group.
      const others = stored.length - own.length + (index === 0 ? 0 : 1);
      await eventually(
        () => people[index]!.call(getUnreadCount),
        ({ count }) => expect(count).toBe(others),
        20_000,
      );
    }
    for (const client of clients) client.goOffline();
  });
});
