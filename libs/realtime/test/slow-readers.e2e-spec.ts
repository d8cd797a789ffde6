import type { Server, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorNotice } from '@app/contracts';
import { eventually, PlainClient, type Connection } from '@app/testing';
import { register, type Counter } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rooms } from '../src/index';
import { RealtimeApp } from './support/realtime-app';
import { hinted, said, say, testNamespace } from './support/test-namespace';

/** Larger than what the kernel takes for a socket that nobody reads, in a few hundred of them. */
const LARGE = 'x'.repeat(100_000);
const ENOUGH = 1_000;

interface Client {
  received: Connection['received'];
  receives: Connection['receives'];
  /** Stops reading from the network, and begins again. */
  pause: () => void;
  resume: () => void;
  closed: Promise<unknown>;
  close: () => void;
}

const kinds = ['Socket.IO', 'plain WebSocket'] as const;

const wireOf = ({ socket }: Connection) =>
  (socket.io.engine.transport as unknown as { ws: { _socket: Socket } }).ws._socket;

/** How often something has happened in this process. */
async function count(name: string): Promise<number> {
  const metric = register.getSingleMetric(name) as Counter;
  return (await metric.get()).values[0]?.value ?? 0;
}

describe('a client that does not read', () => {
  let app: RealtimeApp;
  let users = 0;

  beforeAll(async () => {
    app = await RealtimeApp.start({
      backlog: { volatileBytes: 200_000, volatilePackets: 1_000, bytes: 2_000_000 },
    });
  });
  afterAll(() => app.close());

  async function arrive(kind: (typeof kinds)[number], userId: number, at = app): Promise<Client> {
    if (kind === 'plain WebSocket') {
      const client = PlainClient.connect(at.origin, at.token(userId));
      await client.emit(say, { text: 'in' });
      const { socket, closed } = client;
      return {
        received: client.received.bind(client),
        receives: client.receives.bind(client),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
        closed,
        close: () => client.close(),
      };
    }
    const client = await at.connect(userId);
    const wire = wireOf(client);
    return {
      received: client.received.bind(client),
      receives: client.receives.bind(client),
      pause: () => wire.pause(),
      resume: () => wire.resume(),
      closed: new Promise((resolve) => client.socket.once('disconnect', resolve)),
      close: () => client.close(),
    };
  }

  /** Says so much that the kernel is full, and until something else has happened, too. */
  async function flood(userId: number, metric: string, at = app): Promise<number> {
    const before = await count(metric);
    let sent = 0;
    while ((await count(metric)) === before && sent < ENOUGH) {
      at.broadcaster.to(rooms.user(userId)).emit(said, { text: `${++sent} ${LARGE}` });
      at.broadcaster.to(rooms.user(userId)).emit(hinted, { text: `${sent}` });
      await turn();
    }
    expect(sent).toBeLessThan(ENOUGH);
    return sent;
  }

  const numberOf = ({ text }: { text: string }) => Number(text.split(' ')[0]);
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  describe.each(kinds)('(%s)', (kind) => {
    it('first misses what is volatile, and gets all else when it reads again', async () => {
      const userId = ++users;
      const [client, other] = [await arrive(kind, userId), await arrive(kind, ++users)];
      client.pause();
      const left = (await flood(userId, 'volatile_events_dropped_total')) - 1;
      const sent = left + 2;
      app.broadcaster.to(rooms.user(userId)).emit(said, { text: `${sent} the last` });
      // Of others nothing is kept back meanwhile.
      app.broadcaster.to(rooms.user(users)).emit(hinted, { text: 'for the other' });
      await other.receives(hinted, ({ text }) => text === 'for the other');
      client.resume();
      await client.receives(said, (payload) => numberOf(payload) === sent);
      expect(client.received(said).map(numberOf)).toEqual(upTo(sent));
      expect(client.received(hinted).map(numberOf)).toEqual(upTo(left));
      app.broadcaster.to(rooms.user(userId)).emit(hinted, { text: 'awake' });
      await client.receives(hinted, ({ text }) => text === 'awake');
      for (const each of [client, other]) each.close();
    });

    it('is disconnected when too much waits, and told so as the last thing if it reads by then', async () => {
      const userId = ++users;
      const client = await arrive(kind, userId);
      client.pause();
      await flood(userId, 'slow_consumers_dropped_total');
      expect(app.broadcaster.hasLocal(userId)).toBe(false);
      client.resume();
      const { message, ...notice } = await client.receives(errorNotice);
      expect(notice).toEqual({ code: 'SLOW_CONSUMER', event: 'disconnect' });
      expect(message).toContain('2000000 bytes');
      expect(await client.closed).toBe(kind === 'plain WebSocket' ? 1013 : 'transport close');
      // What waited is not told: it would be too much again.
      const heard = client.received(said).map(numberOf);
      expect(heard).toEqual(upTo(heard.length));
    });
  });

  it.each(kinds)('is cut off without a word if it never reads (%s)', async (kind) => {
    const own = await RealtimeApp.start({ backlog: { bytes: 200_000 } });
    const server = own.app.getHttpServer() as Server;
    const connections = () => promisify(server.getConnections.bind(server))();
    const client = await arrive(kind, 1, own);
    expect(await connections()).toBe(1);
    client.pause();
    await flood(1, 'slow_consumers_dropped_total', own);
    await eventually(connections, (open) => expect(open).toBe(0));
    client.resume();
    await client.closed;
    expect(client.received(errorNotice)).toEqual([]);
    await own.close();
  });

  it('and asks and asks is not answered for ever', async () => {
    // In production our own answers are not checked, which would take longer than to send them.
    const own = await RealtimeApp.start({ production: true });
    const client = await own.connect(1);
    let answered = 0;
    own.gateway.onSay = async () => {
      await turn();
      return { text: `${answered++} ${LARGE}` };
    };
    wireOf(client).pause();
    const before = await count('slow_consumers_dropped_total');
    for (let asked = 0; asked < ENOUGH; asked++)
      client.socket.emit(say.name, { text: 'in' }, () => undefined);
    await eventually(
      () => count('slow_consumers_dropped_total'),
      (now) => expect(now).toBe(before + 1),
    );
    expect(answered).toBeLessThan(ENOUGH);
    await own.close();
  });

  it('is not one to whom much is said in one turn', async () => {
    const client = await app.connect(++users);
    for (const n of upTo(50)) app.broadcaster.to(rooms.user(users)).emit(said, { text: `${n} ${LARGE}` });
    await client.receives(said, (payload) => numberOf(payload) === 50);
    expect(client.received(errorNotice)).toEqual([]);
  });

  it('and polls is told by its next poll', async () => {
    const userId = ++users;
    const url = `${app.origin}${testNamespace.path}/?EIO=4&transport=polling`;
    const opened = await (await fetch(url)).text();
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
    const session = `${url}&sid=${sid}`;
    const body = `40${testNamespace.name},${JSON.stringify({ token: app.token(userId) })}`;
    await fetch(session, { method: 'POST', body });
    expect(await (await fetch(session)).text()).toMatch(/^40\/test,/);
    await flood(userId, 'slow_consumers_dropped_total');
    const last = await (await fetch(session)).text();
    expect(last).toContain('SLOW_CONSUMER');
    expect(last).not.toContain(LARGE);
    await eventually(
      () => Promise.resolve(app.broadcaster.hasLocal(userId)),
      (here) => expect(here).toBe(false),
    );
  });
});
