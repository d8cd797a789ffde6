import type { Socket } from 'node:net';
import { messageCreated, sendMessage, syncConversations } from '@app/contracts';
import { PlainClient, useSystem, type Connection } from '@app/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { upTo } from './support/talk';

const EACH = 25;
const BATCH = 10;
const LONG = 'x'.repeat(7_900);
const MB = 1_048_576;

const wireOf = ({ socket }: Connection) =>
  (socket.io.engine.transport as unknown as { ws: { _socket: Socket } }).ws._socket;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe('clients that stop reading while much is said', () => {
  const system = useSystem({ env: { MAX_BACKLOG_BYTES: String(MB / 4) } });
  const plain: PlainClient[] = [];
  afterAll(() => plain.forEach((client) => client.close()));

  const metric = async (origin: string, name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await fetch(`${origin}/metrics`)).text())?.[1]);

  it('are disconnected, fill no memory, slow nobody down, and catch up when they are back', async () => {
    const [alice, bob, carol] = await system.connected('alice', 'bob', 'carol');
    const { _id: conversationId } = await alice.createGroup([bob, carol]);
    const stock = await Promise.all(upTo(EACH).map(() => bob.connect({ transports: ['websocket'] })));
    for (const _ of upTo(EACH))
      plain.push(await PlainClient.open(system.gatewayUrl, bob.account.accessToken));
    const reader = await carol.connect({ transports: ['websocket'] });
    let said = 0;
    /** Milliseconds until somebody who reads has heard ten more. */
    const talk = async () => {
      const begun = performance.now();
      await Promise.all(
        upTo(BATCH).map(() => alice.chat.emit(sendMessage, { conversationId, content: LONG })),
      );
      said += BATCH;
      await reader.receives(messageCreated, ({ seq }) => seq === said);
      return performance.now() - begun;
    };
    const [chat] = system.urls('chat') as [string];
    const dropped = () => metric(chat, 'slow_consumers_dropped_total');
    const resident = () =>
      Promise.all([chat, system.gatewayUrl].map((origin) => metric(origin, 'process_resident_memory_bytes')));

    const before: number[] = [];
    for (const _ of upTo(10)) before.push(await talk());
    const known = said;
    const memory = await resident();
    for (const each of stock) wireOf(each).pause();
    for (const { socket } of plain) socket.pause();
    const during: number[] = [];
    while ((await dropped()) < 2 * EACH && during.length < 400) during.push(await talk());
    expect(await dropped()).toBe(2 * EACH);
    const grown = (await resident()).map((now, index) => (now - (memory[index] ?? 0)) / MB);
    // To be compared with all that was said to them: hundreds of megabytes.
    expect(Math.max(...grown)).toBeLessThan(((said - known) * LONG.length * 2 * EACH) / MB / 2);
    expect(median(during)).toBeLessThan(3 * median(before) + 50);

    const back = stock.map((each) => each.reconnected());
    for (const each of stock) wireOf(each).resume();
    await Promise.all(back);
    for (const each of stock.slice(0, 3)) {
      const seqs = new Set(each.received(messageCreated).map(({ seq }) => seq));
      let ev = each.received(messageCreated).at(-1)?.ev ?? known;
      for (let more = true; more;) {
        const [missed] = await each.emit(syncConversations, {
          cursors: [{ conversationId, ev }],
          limit: 100,
        });
        for (const { seq } of missed?.messages ?? []) seqs.add(seq);
        ev = missed?.ev ?? ev;
        more = missed?.more ?? false;
      }
      expect([...seqs].sort((a, b) => a - b)).toEqual(upTo(said));
    }
  });
});
