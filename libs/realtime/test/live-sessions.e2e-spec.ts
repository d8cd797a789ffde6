import { errorNotice, renewSession, type RevokedSessionsDto } from '@app/contracts';
import { RevokedSessions } from '@app/platform';
import { refusalOf, type Connection } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RealtimeApp } from './support/realtime-app';
import { say } from './support/test-namespace';

const ended = (userId: number): RevokedSessionsDto => ({
  userId,
  sessionIds: [`session-${userId}`],
  reason: 'logout',
  at: new Date().toISOString(),
  until: new Date(Date.now() + 60_000).toISOString(),
});

/** The reason that the client is told, once the connection is gone. */
const closed = (socket: Connection): Promise<string> =>
  new Promise((resolve) => {
    if (!socket.socket.connected) resolve('closed already');
    else socket.socket.once('disconnect', resolve);
  });

describe('a socket', () => {
  let app: RealtimeApp;
  let nextUser = 100;

  beforeAll(async () => {
    app = await RealtimeApp.start();
  });
  afterAll(() => app.close());

  const revoke = (userId: number) => app.app.get(RevokedSessions).add(ended(userId));

  it('closes with its session, on all devices of it, and is told why', async () => {
    const user = nextUser++;
    const [phone, laptop, stranger] = await Promise.all([
      app.connect(user),
      app.connect(user),
      app.connect(nextUser++),
    ]);
    const gone = Promise.all([closed(phone), closed(laptop)]);
    revoke(user);
    expect(await gone).toEqual(['io server disconnect', 'io server disconnect']);
    const notice = await phone.receives(errorNotice);
    expect(notice).toMatchObject({ code: 'AUTH_INVALID', event: 'disconnect' });
    expect(notice.message).toContain('logout');
    expect(await stranger.emit(say, { text: 'still here' })).toEqual({ text: 'still here' });
  });

  it('takes what still waits on it with it', async () => {
    const user = nextUser++;
    const socket = await app.connect(user);
    const done: string[] = [];
    let finish = () => {};
    const slow = new Promise<void>((resolve) => (finish = resolve));
    app.gateway.onSay = async ({ text }) => {
      if (text === 'slow') await slow;
      done.push(text);
      return { text };
    };
    const before = ['slow', 'after', 'after'].map((text) => socket.emit(say, { text }));
    void Promise.allSettled(before);
    // What is no event is refused without waiting, so those before it have come.
    expect(await socket.emitRaw('test:nothing', {})).toMatchObject({ ok: false });
    const gone = closed(socket);
    revoke(user);
    await gone;
    finish();
    const other = await app.connect(nextUser++);
    expect(await other.emit(say, { text: 'other' })).toEqual({ text: 'other' });
    expect(done).toEqual(['slow', 'other']);
    app.gateway.reset();
  });

  it('of a session that has ended is not let in', async () => {
    const user = nextUser++;
    const token = app.token(user);
    await app.open({ auth: { token } });
    revoke(user);
    await expect(app.open({ auth: { token } })).rejects.toThrow('AUTH_INVALID');
  });

  it('closes when its session ends between the check of the token and the connection', async () => {
    const user = nextUser++;
    const revokeNow = (_socket: unknown, next: () => void) => {
      revoke(user);
      next();
    };
    // Runs after the check of the token and before the socket counts as connected.
    app.namespace.use(revokeNow);
    const socket = await app.connect(user);
    expect(await closed(socket)).toMatch(/io server disconnect|closed already/);
  });

  it('closes when its token expires, not before, and at most a second after', async () => {
    const exp = Math.floor(Date.now() / 1_000) * 1_000 + 2_000;
    const socket = await app.open({ auth: { token: app.token(nextUser++, 2) } });
    expect(await closed(socket)).toBe('io server disconnect');
    expect(Date.now()).toBeGreaterThanOrEqual(exp);
    expect(Date.now() - exp).toBeLessThan(2_500);
    expect((await socket.receives(errorNotice)).message).toContain('expired');
  });

  describe('that renews', () => {
    it('lives on beyond its first token, with the session of the new one', async () => {
      const user = nextUser++;
      const renewed = await app.open({ auth: { token: app.token(user, 2) } });
      const witness = await app.open({ auth: { token: app.token(user, 2) } });
      const { expiresAt } = await renewed.emit(renewSession, { token: `Bearer ${app.token(user, 60)}` });
      expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(50_000);
      await closed(witness);
      expect(await renewed.emit(say, { text: 'alive' })).toEqual({ text: 'alive' });
    });

    it('with a token of another session moves over to that session', async () => {
      const user = nextUser++;
      const socket = await app.connect(user);
      await socket.emit(renewSession, { token: app.token(user, 60, 'session-new') });
      revoke(user);
      expect(await socket.emit(say, { text: 'not of that session' })).toEqual({
        text: 'not of that session',
      });
      const gone = closed(socket);
      app.app.get(RevokedSessions).add({ ...ended(user), sessionIds: ['session-new'] });
      expect(await gone).toBe('io server disconnect');
    });

    it.each([
      ["another user's token", () => app.token(99_999, 60)],
      ['no token', () => 'not-a-token'],
      ['an expired token', () => app.token(nextUser, -60)],
    ])('with %s hears AUTH_INVALID and is closed', async (_what, token) => {
      const socket = await app.connect(nextUser++);
      const gone = closed(socket);
      const refusal = await refusalOf(socket.emit(renewSession, { token: token() }));
      expect(refusal.code).toBe('AUTH_INVALID');
      expect(await gone).toBe('io server disconnect');
    });

    it('with something that is no text hears BAD_REQUEST and stays', async () => {
      const socket = await app.connect(nextUser++);
      expect(await socket.emitRaw('auth:renew', { token: 7 })).toMatchObject({
        ok: false,
        error: { code: 'BAD_REQUEST', details: [{ field: 'token' }] },
      });
      expect(await socket.emit(say, { text: 'alive' })).toEqual({ text: 'alive' });
    });
  });
});
