import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { errorNotice, renewSession } from '@app/contracts';
import { RevokedSessions } from '@app/platform';
import { badTokens, eventually, PlainClient, refusalOf } from '@app/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rooms } from '../src/index';
import { LocalBus } from './support/local-bus';
import { MAX_FRAME_BYTES, RealtimeApp, SECRET } from './support/realtime-app';
import { list, said, say } from './support/test-namespace';

const ALLOWED = 'https://chat.example.com';
const bus = new LocalBus();
const clients: PlainClient[] = [];
let nextUser = 1_000;

describe('a client without Socket.IO', () => {
  let app: RealtimeApp;

  beforeAll(async () => {
    app = await RealtimeApp.start({ allowedOrigins: [ALLOWED], channel: bus.join() });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.socket.terminate();
    app.gateway.reset();
  });
  afterAll(() => app.close());

  const connect = (token?: string, options: Parameters<typeof PlainClient.connect>[2] = {}, at = app) => {
    const client = PlainClient.connect(at.origin, token, options);
    clients.push(client);
    return client;
  };
  const arrive = (userId: number, at = app) => connect(app.token(userId), {}, at);
  const opened = (client: PlainClient) => once(client.socket, 'open');

  describe('is let in', () => {
    it.each(['', 'Bearer '])('with a token in the query, with the prefix "%s"', async (prefix) => {
      const client = connect(prefix + app.token(5));
      expect(await client.emit(say, { text: 'in' })).toEqual({ text: 'in' });
    });

    it('with a token in the Authorization header, and from a page on the list', async () => {
      const headers = { authorization: `Bearer ${app.token(5)}`, origin: ALLOWED };
      expect(await connect(undefined, { headers }).emit(say, { text: 'in' })).toEqual({ text: 'in' });
    });

    it('and what it has said by then is heard', async () => {
      const client = connect(app.token(5));
      await opened(client);
      // The token is being looked at now.
      const answers = ['a', 'b', 'c'].map((text) => client.emit(say, { text }));
      expect(await Promise.all(answers)).toEqual([{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
    });
  });

  describe('is refused', () => {
    it.each([...Object.entries(badTokens(SECRET, { id: 5, username: 'eve' })), ['none', undefined]])(
      'with %s for a token',
      async (_what, token) => {
        const client = connect(typeof token === 'string' ? token : undefined);
        expect(await client.receives(errorNotice)).toMatchObject({ code: 'AUTH_INVALID', event: 'connect' });
        expect(await client.closed).toBe(4401);
      },
    );

    it('before anything is said, from a page that is not on the list', async () => {
      const client = connect(app.token(5), { headers: { origin: 'https://evil.example.com' } });
      const [, response] = (await once(client.socket, 'unexpected-response')) as [
        unknown,
        { statusCode: number },
      ];
      expect(response.statusCode).toBe(403);
    });
  });

  describe('is answered', () => {
    it('under the id of its question, in text or number', async () => {
      const client = arrive(nextUser++);
      const ask = (id: string | number) => client.answerTo({ id, event: say.name, data: { text: `${id}` } });
      expect(await Promise.all([ask('a'), ask(1), ask('1')])).toEqual([
        { id: 'a', ok: true, data: { text: 'a' } },
        { id: 1, ok: true, data: { text: '1' } },
        { id: '1', ok: true, data: { text: '1' } },
      ]);
    });

    it('with the facts beside a list', async () => {
      app.gateway.onList = () => Promise.resolve({ items: [{ text: 'a' }], next: 'more' });
      const answer = await arrive(nextUser++).answerTo({ id: 1, event: list.name });
      expect(answer).toEqual({ id: 1, ok: true, data: [{ text: 'a' }], page: { next: 'more' } });
    });

    it('with what is wrong: unknown events, bad input and frames that are none', async () => {
      const client = arrive(nextUser++);
      const error = { code: 'BAD_REQUEST', requestId: expect.any(String) as string };
      for (const frame of [
        { event: 'test:nothing' },
        { event: 'disconnect' },
        { event: 'connect', data: {} },
        { event: say.name },
        { event: say.name, data: null },
        { event: say.name, data: { text: 'x'.repeat(101) } },
        { event: say.name, data: JSON.parse('{"text":"a","__proto__":{}}') as object },
        { event: say.name, data: { text: 'a' }, more: 1 },
        { event: 5 },
      ]) {
        const answer = await client.answerTo({ id: JSON.stringify(frame).slice(0, 99), ...frame });
        expect(answer, JSON.stringify(frame)).toMatchObject({ ok: false, error });
      }
      expect(await client.emit(say, { text: 'still here' })).toEqual({ text: 'still here' });
    });

    it('by the error event, when it did not say what its question is called', async () => {
      const client = await PlainClient.open(app.origin, app.token(nextUser++));
      clients.push(client);
      for (const frame of ['', 'hello', '[]', '{}', `{"event":"${say.name}","data":{"text":1}}`])
        client.say(frame);
      await eventually(
        () => Promise.resolve(client.received(errorNotice)),
        (notices) =>
          expect(notices.map(({ event }) => event)).toEqual([...Array<string>(4).fill('frame'), say.name]),
      );
      expect(client.received(errorNotice, ({ code }) => code === 'BAD_REQUEST')).toHaveLength(5);
    });

    it('in the order of its events, each socket of its own', async () => {
      const client = arrive(nextUser++);
      const done: string[] = [];
      app.gateway.onSay = async ({ text }) => {
        for (let turn = text === '0' ? 0 : 20; turn < 20; turn++)
          await new Promise((next) => setImmediate(next));
        done.push(text);
        return { text };
      };
      const texts = Array.from({ length: 20 }, (_, index) => `${index}`);
      await Promise.all(texts.map((text) => client.emit(say, { text })));
      expect(done).toEqual(texts);
    });
  });

  describe('is told', () => {
    it('what is said in its rooms, once, like clients with Socket.IO, on all instances', async () => {
      const other = await RealtimeApp.start({ instance: 'test-2', channel: bus.join() });
      const user = nextUser++;
      const [plain, there, stranger] = [arrive(user), arrive(user, other), arrive(nextUser++)];
      const stock = await app.connect(user);
      for (const client of [plain, there, stranger]) await client.emit(say, { text: 'in' });
      // Each instance has heard of the other.
      await eventually(
        () => app.namespace.adapter.serverCount(),
        (count) => expect(count).toBe(2),
      );
      const text = 'a "word" ,] é 😀';
      app.broadcaster.to(rooms.user(user), rooms.session(`session-${user}`)).emit(said, { text });
      for (const client of [plain, there, stock]) {
        await client.receives(said, (got) => got.text === text);
        expect(client.received(said)).toEqual([{ text }]);
      }
      await stranger.emit(say, { text: 'still nothing' });
      expect(stranger.received(said)).toEqual([]);
      await other.close();
    });

    it('many things in one write per turn', async () => {
      const user = nextUser++;
      const client = arrive(user);
      await client.emit(say, { text: 'in' });
      const { conn } = [...app.namespace.sockets.values()].find(
        ({ data }) => data.principal.userId === user,
      )!;
      const { _socket } = (conn as unknown as { socket: { _socket: Duplex } }).socket;
      let writes = 0;
      const { _write, _writev } = _socket;
      _socket._write = (...args) => {
        writes++;
        _write.apply(_socket, args);
      };
      _socket._writev = (...args) => {
        writes++;
        _writev!.apply(_socket, args);
      };
      const texts = Array.from({ length: 100 }, (_, index) => `${index}`);
      for (const text of texts) app.broadcaster.to(rooms.user(user)).emit(said, { text });
      await client.receives(said, ({ text }) => text === '99');
      expect(client.received(said).map(({ text }) => text)).toEqual(texts);
      expect(writes).toBeLessThanOrEqual(2);
    });
  });

  describe('is closed', () => {
    it('with its session, and is told why', async () => {
      const user = nextUser++;
      const client = arrive(user);
      await client.emit(say, { text: 'in' });
      const until = new Date(Date.now() + 60_000).toISOString();
      app.app.get(RevokedSessions).add({
        userId: user,
        sessionIds: [`session-${user}`],
        reason: 'logout',
        at: new Date().toISOString(),
        until,
      });
      expect(await client.receives(errorNotice)).toMatchObject({ code: 'AUTH_INVALID', event: 'disconnect' });
      expect(await client.closed).toBe(4401);
      expect(await connect(app.token(user)).closed).toBe(4401);
    });

    it('with its token, unless that is renewed in time', async () => {
      const [lazy, busy] = [connect(app.token(nextUser++, 1)), connect(app.token(nextUser, 1))];
      await busy.emit(renewSession, { token: app.token(nextUser++) });
      expect(await lazy.closed).toBe(4401);
      expect(await busy.emit(say, { text: 'still here' })).toEqual({ text: 'still here' });
    });

    it('by a frame that is too large or binary, and nobody else is', async () => {
      const [greedy, odd, other] = [arrive(nextUser++), arrive(nextUser++), arrive(nextUser++)];
      for (const client of [greedy, odd]) await client.emit(say, { text: 'in' });
      const large = await refusalOf(greedy.emit(say, { text: 'x'.repeat(MAX_FRAME_BYTES / 2) }));
      expect(large).toMatchObject({ code: 'BAD_REQUEST', fields: ['text'] });
      greedy.say('x'.repeat(MAX_FRAME_BYTES + 1));
      expect(await greedy.closed).toBe(1009);
      odd.say(Buffer.from('{}'));
      expect(await odd.receives(errorNotice)).toMatchObject({ code: 'BAD_REQUEST' });
      expect(await odd.closed).toBe(1003);
      expect(await other.emit(say, { text: 'still here' })).toEqual({ text: 'still here' });
    });

    it('leaving nothing behind, however it goes', async () => {
      const users = [nextUser++, nextUser++, nextUser++, nextUser++];
      const four = users.map((user) => arrive(user));
      for (const client of four) await client.emit(say, { text: 'in' });
      expect(users.map((user) => app.broadcaster.hasLocal(user))).toEqual([true, true, true, true]);
      const [first, second, third, fourth] = four as [PlainClient, PlainClient, PlainClient, PlainClient];
      first.close();
      second.socket.terminate();
      third.say(Buffer.from('binary'));
      app.namespace.in(rooms.user(users[3]!)).disconnectSockets();
      expect(await fourth.closed).toBe(4401);
      const here = () => Promise.resolve(users.filter((user) => app.broadcaster.hasLocal(user)));
      await eventually(here, (left) => expect(left).toEqual([]));
    });

    it('when it goes while its token is looked at', async () => {
      const user = nextUser++;
      const hasty = connect(app.token(user));
      await opened(hasty);
      hasty.socket.terminate();
      await arrive(nextUser++).emit(say, { text: 'later' });
      await eventually(
        () => Promise.resolve(app.broadcaster.hasLocal(user)),
        (here) => expect(here).toBe(false),
      );
    });
  });
});
