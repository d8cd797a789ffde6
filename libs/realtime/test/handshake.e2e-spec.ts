import { badTokens, ConnectError } from '@app/testing';
import { chatNamespace, notificationsNamespace } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RealtimeApp, SECRET, type ConnectOptions } from './support/realtime-app';
import { say, testNamespace } from './support/test-namespace';

const ALLOWED = 'https://chat.example.com';
const TRANSPORTS = ['polling', 'websocket'];

describe('who comes in', () => {
  let app: RealtimeApp;

  beforeAll(async () => {
    app = await RealtimeApp.start({ instance: 'chat-7', allowedOrigins: [ALLOWED] });
  });
  afterAll(() => app.close());

  /** What the client is told when it is not let in. */
  async function refusal(attempt: Promise<unknown>): Promise<ConnectError> {
    const error = await attempt.then(
      () => new Error('let in'),
      (reason: unknown) => reason,
    );
    if (error instanceof ConnectError) return error;
    throw error;
  }

  const ways: Record<string, (token: string) => ConnectOptions> = {
    'auth.token': (token) => ({ auth: { token } }),
    'the Authorization header': (token) => ({ extraHeaders: { authorization: token } }),
    'the query': (token) => ({ query: { token } }),
  };

  describe.each(Object.entries(ways))('with a token in %s', (_name, way) => {
    it.each(['', 'Bearer ', 'bearer '])('is let in, with the prefix "%s"', async (prefix) => {
      const socket = await app.open(way(prefix + app.token(5)));
      expect(await socket.emit(say, { text: 'in' })).toEqual({ text: 'in' });
    });

    it.each(TRANSPORTS)('is let in over %s', async (transport) => {
      const socket = await app.open({ ...way(app.token(5)), transports: [transport] });
      expect(await socket.emit(say, { text: 'in' })).toEqual({ text: 'in' });
    });

    it('is refused with a bad one', async () => {
      expect(await refusal(app.open(way('bad')))).toMatchObject({
        message: 'AUTH_INVALID',
        code: 'AUTH_INVALID',
      });
    });
  });

  it('takes the token of auth before all others', async () => {
    const options = { auth: { token: app.token(5) }, query: { token: 'bad' } };
    await expect(app.open(options)).resolves.toBeDefined();
    await expect(app.open({ auth: { token: 'bad' }, query: { token: app.token(5) } })).rejects.toThrow(
      'AUTH_INVALID',
    );
  });

  const bad = badTokens(SECRET, { id: 5, username: 'eve' });
  it.each([
    ...Object.entries(bad),
    ['none', undefined],
    ['an object', { $gt: '' }],
    ['a list', [bad['an empty one']]],
  ])('is refused with %s for a token', async (_what, token) => {
    const error = await refusal(app.open({ auth: { token } }));
    expect(error).toMatchObject({ message: 'AUTH_INVALID', data: { code: 'AUTH_INVALID' } });
    expect(error.data).toHaveProperty('requestId');
  });

  it('is refused with a token of a service', async () => {
    const tokens = badTokens(SECRET, { id: 5, username: 'eve' });
    const attempt = app.open({ auth: { token: tokens['one of another type'] } });
    expect(await refusal(attempt)).toMatchObject({ code: 'AUTH_INVALID' });
  });

  it.each([chatNamespace, notificationsNamespace])(
    'is told where $name is, when it asks here',
    async (elsewhere) => {
      const here = { name: elsewhere.name, path: testNamespace.path };
      const error = await refusal(app.open({ auth: { token: app.token(5) } }, here));
      expect(error.code).toBe('NOTFOUND');
      expect(error.message).toContain(`io(origin + '${elsewhere.name}', { path: '${elsewhere.path}' })`);
    },
  );

  it('is told to use a namespace, when it asks for none', async () => {
    const error = await refusal(
      app.open({ auth: { token: app.token(5) } }, { name: '/', path: '/socket.io' }),
    );
    expect(error.message).toContain("io(origin + '/test', { path: '/socket.io' })");
  });

  it('is refused in a namespace that nobody has', async () => {
    const attempt = app.open({ auth: { token: app.token(5) } }, { name: '/nowhere', path: '/socket.io' });
    expect((await refusal(attempt)).message).toBe('Invalid namespace');
  });

  describe('from a browser', () => {
    it('on the list: may poll, and is told so by CORS', async () => {
      const answer = await app.poll({ origin: ALLOWED });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
    });

    it.each(['https://evil.example.com', 'https://chat.example.com.evil.com', 'null'])(
      'at %s: may neither poll nor open a websocket',
      async (origin) => {
        const answer = await app.poll({ origin });
        expect(answer.status).toBe(403);
        expect(answer.headers.get('access-control-allow-origin')).not.toBe(origin);
        const auth = { token: app.token(5) };
        for (const transport of TRANSPORTS) {
          const attempt = app.open({ auth, transports: [transport], extraHeaders: { origin } });
          await expect(attempt).rejects.toThrow(/error$/);
        }
      },
    );

    it.each(TRANSPORTS)('on the list: is let in over %s', async (transport) => {
      const auth = { token: app.token(5) };
      const socket = await app.open({ auth, transports: [transport], extraHeaders: { origin: ALLOWED } });
      expect(await socket.emit(say, { text: 'in' })).toEqual({ text: 'in' });
    });
  });

  it('gets a session whose id begins with the name of the instance', async () => {
    const text = await (await app.poll({})).text();
    const { sid } = JSON.parse(text.slice(1)) as { sid: string };
    expect(sid).toMatch(/^chat-7\.[\w-]{24}$/);
    expect((await app.connect(5)).socket.io.engine.id).toMatch(/^chat-7\./);
  });

  it('is not shown the session of another, even with its id guessed', async () => {
    const answer = await fetch(
      `${app.origin}/socket.io/?EIO=4&transport=polling&sid=chat-7.AAAAAAAAAAAAAAAAAAAAAAAA`,
    );
    expect(answer.status).toBe(400);
  });
});

describe('with all origins allowed', () => {
  it('any browser comes in', async () => {
    const app = await RealtimeApp.start();
    const answer = await app.poll({ origin: 'https://anywhere.example.com' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://anywhere.example.com');
    await app.close();
  });
});
