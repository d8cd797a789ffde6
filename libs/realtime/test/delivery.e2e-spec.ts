import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { serverDraining } from '@app/contracts';
import { eventually, refusalOf, type Connection } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rooms } from '../src/index';
import { MAX_FRAME_BYTES, RealtimeApp } from './support/realtime-app';
import { said, say } from './support/test-namespace';

const texts = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
const last = (text: string) => (payload: { text: string }) => payload.text === text;

/** All that the socket was told, once `end` has come. */
async function heard(socket: Connection, end: string): Promise<string[]> {
  await socket.receives(said, last(end));
  return socket.received(said).map(({ text }) => text);
}

/** Counts what the operating system is asked to write for the user's websocket from now on. */
function writesOf(app: RealtimeApp, userId: number): { count: number } {
  const { conn } = [...app.namespace.sockets.values()].find(({ data }) => data.principal.userId === userId)!;
  const { _socket } = (conn.transport as unknown as { socket: { _socket: Duplex } }).socket;
  const writes = { count: 0 };
  const { _write, _writev } = _socket;
  _socket._write = (...args) => {
    writes.count++;
    _write.apply(_socket, args);
  };
  _socket._writev = (...args) => {
    writes.count++;
    _writev!.apply(_socket, args);
  };
  return writes;
}

describe('what a socket is sent', () => {
  let app: RealtimeApp;

  beforeAll(async () => {
    app = await RealtimeApp.start();
  });
  afterAll(() => app.close());

  it('comes once, in however many of the rooms the socket is', async () => {
    const [phone, laptop, stranger] = await Promise.all([app.connect(11), app.connect(11), app.connect(12)]);
    const { broadcaster } = app;
    broadcaster.to(rooms.user(11), rooms.session('session-11')).emit(said, { text: 'once' });
    broadcaster
      .to(rooms.user(11), rooms.user(12))
      .except(rooms.user(11))
      .emit(said, { text: 'to strangers' });
    broadcaster.to(rooms.user(11), rooms.user(12)).emit(said, { text: 'end' });
    expect(await heard(phone, 'end')).toEqual(['once', 'end']);
    expect(await heard(laptop, 'end')).toEqual(['once', 'end']);
    expect(await heard(stranger, 'end')).toEqual(['to strangers', 'end']);
  });

  it('comes complete and in order when much is said in one turn', async () => {
    const sockets = await Promise.all([
      app.connect(21),
      app.connect(21),
      app.connect(21, { transports: ['polling'] }),
    ]);
    for (const text of texts(1_000)) app.broadcaster.to(rooms.user(21)).emit(said, { text });
    for (const socket of sockets) expect(await heard(socket, '999')).toEqual(texts(1_000));
  });

  it('leaves in one write per turn, however many events there are', async () => {
    const socket = await app.connect(22);
    const writes = writesOf(app, 22);
    for (const text of texts(100)) app.broadcaster.to(rooms.user(22)).emit(said, { text });
    expect(await heard(socket, '99')).toEqual(texts(100));
    // The first event opens the turn; the others follow together when it is out.
    expect(writes.count).toBeLessThanOrEqual(2);
  });

  it('comes complete and in order while the client upgrades from polling to websocket', async () => {
    const connecting = app.connect(31, { transports: ['polling', 'websocket'] });
    const transports = new Set<string>();
    const transport = () =>
      [...app.namespace.sockets.values()].find(({ data }) => data.principal.userId === 31)?.conn.transport
        .name;
    let count = 0;
    while (!transports.has('websocket')) {
      await turn();
      const name = transport();
      if (name === undefined) continue;
      transports.add(name);
      app.broadcaster.to(rooms.user(31)).emit(said, { text: `${count++}` });
    }
    expect([...transports]).toEqual(['polling', 'websocket']);
    const socket = await connecting;
    expect(await heard(socket, `${count - 1}`)).toEqual(texts(count));
  });

  it('is kept in order with the answers to what the socket asks', async () => {
    const socket = await app.connect(41);
    const order: string[] = [];
    socket.socket.on(said.name, ({ text }: { text: string }) => order.push(`event ${text}`));
    app.gateway.onSay = (payload) => {
      app.broadcaster.to(rooms.user(41)).emit(said, payload);
      return Promise.resolve(payload);
    };
    await Promise.all(
      texts(20).map(async (text) => order.push(`ack ${(await socket.emit(say, { text })).text}`)),
    );
    app.gateway.reset();
    expect(order.filter((entry) => entry.startsWith('event'))).toEqual(
      texts(20).map((text) => `event ${text}`),
    );
    expect(order.filter((entry) => entry.startsWith('ack'))).toEqual(texts(20).map((text) => `ack ${text}`));
  });
});

describe('what a socket sends', () => {
  let app: RealtimeApp;

  beforeAll(async () => {
    app = await RealtimeApp.start();
  });
  afterAll(() => app.close());

  it('is answered when a field is too large, and closes the connection when the packet is', async () => {
    const [greedy, other] = await Promise.all([app.connect(1), app.connect(2)]);
    const { code, fields } = await refusalOf(greedy.emit(say, { text: 'x'.repeat(MAX_FRAME_BYTES / 2) }));
    expect({ code, fields }).toEqual({ code: 'BAD_REQUEST', fields: ['text'] });
    const closed = once(greedy.socket as never, 'disconnect');
    greedy.socket.emit(say.name, { text: 'x'.repeat(MAX_FRAME_BYTES) });
    expect(await closed).toContain('transport close');
    expect(await other.emit(say, { text: 'still here' })).toEqual({ text: 'still here' });
  });

  it('is counted by event and outcome, never by whose it is', async () => {
    const socket = await app.connect(3);
    await socket.emit(say, { text: 'a' });
    await socket.emitRaw('made up 3f2a', {});
    const lines = (await app.metrics()).split('\n').filter((line) => line.startsWith('socket_events_total{'));
    expect(lines.join('\n')).toContain('event="test:say",outcome="ok"');
    expect(lines.join('\n')).toContain('event="unknown",outcome="BAD_REQUEST"');
    expect(lines.join('\n')).not.toContain('3f2a');
  });

  it('while it is connected, and only then, it is counted and found', async () => {
    const active = async () =>
      /websocket_connections_active\{namespace="\/test"\} (\d+)/.exec(await app.metrics())?.[1];
    const before = Number(await active());
    const sockets = await Promise.all([app.connect(61), app.connect(61), app.connect(62)]);
    expect(Number(await active())).toBe(before + 3);
    expect(await app.broadcaster.online([62, 60, 61])).toEqual([62, 61]);
    expect([app.broadcaster.hasLocal(61), app.broadcaster.hasLocal(60)]).toEqual([true, false]);
    for (const socket of sockets) socket.close();
    await eventually(active, (count) => expect(Number(count)).toBe(before));
    expect(await app.broadcaster.online([60, 61, 62])).toEqual([]);
    expect(app.broadcaster.hasLocal(61)).toBe(false);
  });
});

describe('when the process stops', () => {
  it('each socket is told before it is disconnected, and none is left', async () => {
    const app = await RealtimeApp.start();
    const transports = [['websocket'], ['polling'], ['polling', 'websocket']];
    const sockets = await Promise.all(
      [1, 2, 3, 4].flatMap((user) => transports.map((list) => app.connect(user, { transports: list }))),
    );
    const gone = sockets.map(async (socket) => {
      await once(socket.socket as never, 'disconnect');
      return socket.received(serverDraining);
    });
    await app.app.close();
    const told = await Promise.all(gone);
    expect(told).toEqual(sockets.map(() => [{ withinMs: 1_000 }]));
    await expect(app.connect(1)).rejects.toThrow(/error/);
  });
});
