import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  activateUser,
  changePassword,
  endSession,
  errorNotice,
  getMe,
  getUnreadCount,
  listSessions,
  logout,
  logoutAll,
  notificationCreated,
  refresh,
  sendMessage,
  suspendUser,
} from '@app/contracts';
import { eventually, refusalOf, storesOfRun, useSystem, type Actor, type Connection } from '@app/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { startInfrastructure, type Infrastructure } from '../tools/infra/index.mjs';

const ADMIN = { username: 'root', email: 'root@example.com', password: 'the keys of the whole house' };

/** What is promised: from the end of a session to the end of its sockets. */
const WITHIN_MS = 2_000;

describe('the end of a session, on two instances of everything', () => {
  let infrastructure: Infrastructure | undefined;
  let dataDir: string | undefined;

  /** A broker of our own: the run's one is not ours to kill. */
  const system = useSystem({
    instances: { user: 2, chat: 2, notification: 2 },
    env: {
      ADMIN_USERNAME: ADMIN.username,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
    },
    stores: async () => {
      dataDir = await mkdtemp(path.join(tmpdir(), 'revocation-'));
      infrastructure = await startInfrastructure({ dataDir, only: ['rabbitmq'] });
      return { ...storesOfRun(), RABBITMQ_URL: infrastructure.rabbitmqUrl };
    },
  });
  afterAll(async () => {
    await infrastructure?.stop();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  });

  /** One person with two devices; the first has a socket in each namespace on each instance. */
  async function twoDevices() {
    const phone = await system.user('alice');
    const laptop = await system.signIn(phone.account);
    const sockets = await everywhere(phone);
    const other = await laptop.connect();
    return { phone, laptop, sockets, other };
  }

  async function everywhere(actor: Actor): Promise<Connection[]> {
    const chats = system.urls('chat').map((origin) => actor.connect({ origin }));
    const bells = system.urls('notification').map((origin) => actor.notifications({ origin }));
    return Promise.all([...chats, ...bells]);
  }

  /** Milliseconds until the socket was closed by the server; it was told why. */
  async function closing(socket: Connection, since: number): Promise<number> {
    if (socket.socket.connected) {
      await new Promise<void>((resolve) => {
        socket.socket.once('disconnect', () => {
          resolve();
        });
      });
    }
    const took = performance.now() - since;
    expect(await socket.receives(errorNotice)).toMatchObject({ code: 'AUTH_INVALID', event: 'disconnect' });
    return took;
  }

  /** Ends a session by `act` and expects its sockets to be closed in time, and its tokens to be dead wherever they are shown. */
  async function expectTheEnd({ account }: Actor, sockets: Connection[], act: () => Promise<unknown>) {
    const since = performance.now();
    const closed = Promise.all(sockets.map((socket) => closing(socket, since)));
    await act();
    await expectDeadAtHome(account.accessToken);
    const took = Math.max(...(await closed));
    expect(took).toBeLessThan(WITHIN_MS);
    await expectDeadElsewhere(account.accessToken);
    return took;
  }

  async function expectDeadAtHome(token: string) {
    for (const origin of [system.gatewayUrl, ...system.urls('user')])
      expect((await get(origin + getMe.path, token)).status).toBe(401);
  }

  async function expectDeadElsewhere(token: string) {
    for (const origin of [system.gatewayUrl, ...system.urls('notification')])
      expect((await get(origin + getUnreadCount.path, token)).status).toBe(401);
    const stranger = await system.user('somebody');
    for (const origin of system.urls('chat')) {
      await expect(stranger.connect({ origin, auth: { token } })).rejects.toThrow('AUTH_INVALID');
    }
  }

  const get = (url: string, token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } });

  it('by logout: its sockets close everywhere, its tokens are dead, the other device lives on', async () => {
    const { phone, laptop, sockets, other } = await twoDevices();
    await expectTheEnd(phone, sockets, () => phone.call(logout));
    expect((await refusalOf(phone.call(refresh, { body: phone.account }))).code).toBe('BAD_REQUEST');
    expect((await refusalOf(trade(phone))).code).toBe('AUTH_INVALID');
    expect(other.socket.connected).toBe(true);
    expect((await laptop.call(listSessions)).map(({ current }) => current)).toEqual([true]);
  });

  const trade = ({ account: { refreshToken } }: Actor) =>
    system.anonymous.call(refresh, { body: { refreshToken } });

  it('by the other device, out of the list of sessions; a session of somebody else is not to be found', async () => {
    const { phone, laptop, sockets } = await twoDevices();
    const mallory = await system.user('mallory');
    const listed = await laptop.call(listSessions);
    expect(listed).toHaveLength(2);
    const { id } = listed.find(({ current }) => !current)!;
    expect((await refusalOf(mallory.call(endSession, { params: { id } }))).code).toBe('NOTFOUND');
    await expectTheEnd(phone, sockets, () => laptop.call(endSession, { params: { id } }));
    expect((await refusalOf(laptop.call(endSession, { params: { id } }))).code).toBe('NOTFOUND');
  });

  it('by ending all others', async () => {
    const { phone, laptop, sockets, other } = await twoDevices();
    await expectTheEnd(phone, sockets, async () =>
      expect(await laptop.call(logoutAll, { body: { keepCurrent: true } })).toEqual({ ended: 1 }),
    );
    expect(other.socket.connected).toBe(true);
    await expectTheEnd(laptop, [other], () => laptop.call(logoutAll, { body: {} }));
  });

  it('by a refresh token that comes a second time, long after it was traded: its owner is told', async () => {
    const { phone, laptop, sockets, other } = await twoDevices();
    const bell = await laptop.notifications();
    const second = await trade(phone);
    await system.anonymous.call(refresh, { body: { refreshToken: second.refreshToken } });
    await expectTheEnd(phone, sockets, async () =>
      expect((await refusalOf(trade(phone))).code).toBe('AUTH_INVALID'),
    );
    expect((await get(system.gatewayUrl + getMe.path, second.accessToken)).status).toBe(401);
    expect(other.socket.connected).toBe(true);
    await bell.receives(notificationCreated, ({ title }) => title === 'A session of yours was ended', 20_000);
    expect(await laptop.call(getUnreadCount)).toEqual({ count: 1 });
  });

  it('by a new password: all other devices', async () => {
    const { phone, laptop, sockets, other } = await twoDevices();
    const { password: currentPassword } = laptop.account;
    const newPassword = 'another horse battery staple';
    await expectTheEnd(phone, sockets, () =>
      laptop.call(changePassword, { body: { currentPassword, newPassword } }),
    );
    expect(other.socket.connected).toBe(true);
    await laptop.call(getMe);
  });

  it('by an admin, who suspends the account: all devices, and no way back in', async () => {
    const { phone, laptop, sockets, other } = await twoDevices();
    const admin = await system.signIn(ADMIN);
    await expectTheEnd(phone, [...sockets, other], () =>
      admin.call(suspendUser, { params: { id: phone.id }, body: {} }),
    );
    expect((await refusalOf(laptop.call(getMe))).code).toBe('AUTH_INVALID');
    expect((await refusalOf(trade(laptop))).code).toBe('AUTH_INVALID');
    expect((await refusalOf(system.signIn(phone.account))).code).toBe('AUTH_INVALID');
    await admin.call(activateUser, { params: { id: phone.id } });
    await (await system.signIn(phone.account)).call(getMe);
  });

  it('is quick: 30 times, the slowest of 120 sockets within two seconds', async () => {
    const slowest: number[] = [];
    for (let round = 0; round < 30; round++) {
      const phone = await system.user('quick');
      const sockets = await everywhere(phone);
      const since = performance.now();
      const closed = Promise.all(sockets.map((socket) => closing(socket, since)));
      await phone.call(logout);
      slowest.push(Math.max(...(await closed)));
    }
    slowest.sort((a, b) => a - b);
    process.stdout.write(
      `from logout to the last of four sockets: median ${Math.round(slowest[15]!)} ms, worst ${Math.round(slowest[29]!)} ms\n`,
    );
    expect(slowest[29]).toBeLessThan(WITHIN_MS);
  });

  it('is known to an instance that starts afterwards', async () => {
    const phone = await system.user('carol');
    const witness = await system.user('witness');
    const { accessToken } = phone.account;
    await phone.call(logout);
    system.process('chat-1').kill();
    await system.restart('chat-1');
    const origin = system.urls('chat')[0]!;
    await expect(witness.connect({ origin, auth: { token: accessToken } })).rejects.toThrow('AUTH_INVALID');
    await witness.connect({ origin });
  });

  it('reaches everybody while RabbitMQ is away, and its event follows when the broker is back', async () => {
    const { phone, sockets, laptop } = await twoDevices();
    const broker = infrastructure!.processes.find(({ name }) => name === 'rabbitmq')!;
    broker.kill();
    try {
      await expectTheEnd(phone, sockets, () => phone.call(logout));
    } finally {
      await broker.restart();
    }
    const dana = await system.user('dana');
    const elsewhere = await everywhere(dana);
    await expectTheEnd(dana, elsewhere, () => dana.call(logout));
    const [alice, bob] = [laptop, await system.user('bob')];
    await alice.connect();
    const { _id: conversationId } = await alice.createGroup([bob]);
    await alice.emit(sendMessage, { conversationId, content: 'all is well' });
    // That he was brought into the group, and what was said in it.
    await eventually(
      () => bob.call(getUnreadCount),
      (unread) => expect(unread).toEqual({ count: 2 }),
      30_000,
    );
  });
});
