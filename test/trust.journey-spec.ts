import {
  chatNamespace,
  deleteMessage,
  editMessage,
  getConversation,
  getMe,
  getUnreadCount,
  joinConversation,
  knownUsers,
  leaveConversation,
  listMembers,
  listMessages,
  notificationsNamespace,
  readMessage,
  sendMessage,
  typing,
} from '@app/contracts';
import {
  badTokens,
  ConnectError,
  Connection,
  forge,
  goodParts,
  refusalOf,
  tokenMutants,
  useSystem,
  type Actor,
  type Forged,
} from '@app/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const UNKNOWN_ID = '0123456789abcdef01234567';

/** What HTTP clients can put into a header, in a size that servers read. */
const isHeaderValue = (token: string) => /^[\x21-\x7e]+$/.test(token) && token.length < 8_000;

/** `work` on all items, `width` at a time. */
async function eachOf<T>(items: T[], width: number, work: (item: T, index: number) => Promise<void>) {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      await work(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

describe('trust', () => {
  const system = useSystem();
  let alice: Actor;
  let bob: Actor;
  let mallory: Actor;

  beforeAll(async () => {
    [alice, bob, mallory] = await system.connected('alice', 'bob', 'mallory');
  });

  const refusedHandshake = async (attempt: Promise<Connection>): Promise<ConnectError> => {
    const error: unknown = await attempt.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectError);
    return error as ConnectError;
  };

  describe('a token that is not good', () => {
    const kinds = Object.keys(badTokens('any-secret', { id: 1, username: 'x' }));
    const token = (kind: string) => badTokens(system.secret, alice)[kind]!;

    it.each(kinds)('%s: REST answers 401 AUTH_INVALID, through the gateway and directly', async (kind) => {
      for (const [origin, path] of [
        [system.gatewayUrl, getMe.path],
        [system.gatewayUrl, getUnreadCount.path],
        [system.urls('user')[0]!, getMe.path],
        [system.urls('notification')[0]!, getUnreadCount.path],
      ]) {
        const response = await fetch(origin! + path!, {
          headers: { authorization: `Bearer ${token(kind)}` },
        });
        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ ok: false, error: { code: 'AUTH_INVALID' } });
      }
    });

    it.each(kinds)('%s: both namespaces refuse with the code', async (kind) => {
      for (const namespace of [chatNamespace, notificationsNamespace]) {
        const error = await refusedHandshake(
          Connection.open(namespace, system.gatewayUrl, { auth: { token: token(kind) } }),
        );
        expect(error.message).toBe('AUTH_INVALID');
        expect(error.code).toBe('AUTH_INVALID');
      }
    });

    it('2,000 mutants of a good one: none is accepted by any service, through the gateway or directly', async () => {
      const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
      const good = goodParts(alice);
      const sign = (parts: Forged) => forge(parts, system.secret);
      const mutants = tokenMutants({ good, sign, known: {}, seed }).filter(({ token }) =>
        isHeaderValue(token),
      );
      expect(mutants.length).toBeGreaterThan(2_000);
      const doors = [
        system.gatewayUrl + getMe.path,
        system.gatewayUrl + getUnreadCount.path,
        system.urls('user')[0]! + getMe.path,
        system.urls('notification')[0]! + getUnreadCount.path,
      ];
      const accepted: string[] = [];
      // Each door gets every fourth, so that a run stays short; which one is drawn by the seed.
      await eachOf(mutants, 16, async ({ what, token }, index) => {
        const door = doors[(index + seed) % doors.length]!;
        const answer = await fetch(door, { headers: { authorization: `Bearer ${token}` } });
        await answer.arrayBuffer();
        if (answer.status !== 401 && answer.status !== 431)
          accepted.push(`${answer.status} ${door} ${what} (SEED=${seed})`);
      });
      expect(accepted).toEqual([]);
      // The door itself is open: the same token without a mutation passes where sessions are not looked up.
      const passed = await fetch(doors[3]!, { headers: { authorization: `Bearer ${sign(good)}` } });
      expect(passed.status).toBe(200);
    });

    it('200 of the mutants at the doors of both namespaces: none is let in', async () => {
      const sign = (parts: Forged) => forge(parts, system.secret);
      const mutants = tokenMutants({ good: goodParts(alice), sign, known: {}, seed: 7 });
      const some = mutants.filter((_mutant, index) => index % Math.ceil(mutants.length / 200) === 0);
      await eachOf(some, 8, async ({ what, token }, index) => {
        const namespace = index % 2 === 0 ? chatNamespace : notificationsNamespace;
        const attempt = Connection.open(namespace, system.gatewayUrl, {
          auth: { token },
          transports: ['websocket'],
        });
        expect((await refusedHandshake(attempt)).code, what).toBe('AUTH_INVALID');
      });
    });

    it('none at all is one of them', async () => {
      expect((await refusalOf(system.anonymous.call(getMe))).code).toBe('AUTH_INVALID');
      const error = await refusedHandshake(Connection.open(chatNamespace, system.gatewayUrl, {}));
      expect(error.message).toBe('AUTH_INVALID');
    });

    it('a refresh token is one of them', async () => {
      const error = await refusedHandshake(
        Connection.open(chatNamespace, system.gatewayUrl, { auth: { token: alice.account.refreshToken } }),
      );
      expect(error.message).toBe('AUTH_INVALID');
    });
  });

  it('takes a good token with and without Bearer, in auth, in the header and in the query', async () => {
    const { accessToken } = alice.account;
    for (const options of [
      { auth: { token: accessToken } },
      { auth: { token: `Bearer ${accessToken}` } },
      { extraHeaders: { authorization: `Bearer ${accessToken}` } },
      { query: { token: accessToken } },
    ]) {
      const connection = await Connection.open(chatNamespace, system.gatewayUrl, options);
      connection.close();
    }
  });

  it('never logs a token, wherever it stood', async () => {
    const { accessToken } = alice.account;
    const connection = await Connection.open(chatNamespace, system.gatewayUrl, {
      query: { token: accessToken },
    });
    connection.close();
    const lines = ['gateway-1', 'chat-1', 'user-1', 'notification-1'].flatMap((name) => system.output(name));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes(accessToken))).toEqual([]);
  });

  it('tells who asks for /notifications on the default path what to do', async () => {
    const error = await refusedHandshake(
      Connection.open({ name: '/notifications', path: '/socket.io' }, system.gatewayUrl, {
        auth: { token: alice.account.accessToken },
      }),
    );
    expect(error.message).toContain('/notifications/socket.io');
  });

  describe('a conversation of others', () => {
    let foreign: string;
    let foreignMessage: string;

    beforeAll(async () => {
      foreign = (await alice.createGroup([bob], 'secret plans'))._id;
      foreignMessage = (await alice.emit(sendMessage, { conversationId: foreign, content: 'secret' }))._id;
    });

    const attempts: Record<
      string,
      (actor: Actor, conversationId: string, messageId: string) => Promise<unknown>
    > = {
      'conversation:get': (actor, conversationId) => actor.emit(getConversation, { conversationId }),
      'conversation:join': (actor, conversationId) => actor.emit(joinConversation, { conversationId }),
      'conversation:leave': (actor, conversationId) => actor.emit(leaveConversation, { conversationId }),
      'conversation:members': (actor, conversationId) => actor.emit(listMembers, { conversationId }),
      'message:send': (actor, conversationId) =>
        actor.emit(sendMessage, { conversationId, content: 'let me in' }),
      'message:list': (actor, conversationId) => actor.emit(listMessages, { conversationId }),
      typing: (actor, conversationId) => actor.emit(typing, { conversationId, isTyping: true }),
      'message:edit': (actor, _, messageId) => actor.emit(editMessage, { messageId, content: 'mine' }),
      'message:delete': (actor, _, messageId) => actor.emit(deleteMessage, { messageId }),
      'message:read': (actor, _, messageId) => actor.emit(readMessage, { messageId }),
    };

    it.each(Object.keys(attempts))('%s: answered exactly like one that does not exist', async (name) => {
      const atForeign = await refusalOf(attempts[name]!(mallory, foreign, foreignMessage));
      const atUnknown = await refusalOf(attempts[name]!(mallory, UNKNOWN_ID, UNKNOWN_ID));
      expect(atForeign.code).toBe('NOTFOUND');
      expect({ message: atForeign.message, details: atForeign.details }).toEqual({
        message: atUnknown.message,
        details: atUnknown.details,
      });
    });

    it('is not changed by any of that', async () => {
      expect(
        (await alice.emit(listMessages, { conversationId: foreign })).map(({ content }) => content),
      ).toEqual(['secret']);
    });

    it('lends its messages to no reply elsewhere', async () => {
      const own = await mallory.createGroup([bob]);
      const reply = (replyTo: string) =>
        mallory.emit(sendMessage, { conversationId: own._id, content: 'quoting', replyTo });
      const [atForeign, atUnknown] = [
        await refusalOf(reply(foreignMessage)),
        await refusalOf(reply(UNKNOWN_ID)),
      ];
      expect(atForeign).toMatchObject({ code: 'NOTFOUND', message: atUnknown.message });
    });
  });

  it('strips identity headers from outside', async () => {
    const spoofed = {
      'x-user-id': String(bob.id),
      'x-user': bob.username,
      'x-roles': 'admin',
      'x-forwarded-user': bob.username,
    };
    const answer = await alice.request(getMe.path, { headers: spoofed });
    expect(answer.body).toMatchObject({ ok: true, data: { user_id: alice.id } });
    const anonymous = await system.anonymous.request(getMe.path, { headers: spoofed });
    expect(anonymous.status).toBe(401);
  });

  it('keeps internal routes inside', async () => {
    for (const actor of [alice, system.anonymous]) {
      const answer = await actor.request(knownUsers.path, { method: 'POST', body: { ids: [alice.id] } });
      expect(answer.status).toBe(404);
    }
    const direct = await fetch(system.urls('user')[0]! + knownUsers.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${alice.account.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ids: [alice.id] }),
    });
    expect(direct.status).toBe(401);
  });

  it('carries the request id from the header to the error and the answer', async () => {
    const requestId = 'journey-request-0001';
    const answer = await system.anonymous.request(getMe.path, { headers: { 'x-request-id': requestId } });
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    expect(answer.body).toMatchObject({ ok: false, error: { requestId } });

    const own = await alice.request('/notifications/unread/count');
    expect(own.headers.get('x-request-id')).toMatch(/^[\w.-]{8,64}$/);
    const harmful = await system.anonymous.request(getMe.path, { headers: { 'x-request-id': 'a b\tc' } });
    expect(harmful.headers.get('x-request-id')).not.toBe('a b\tc');
  });

  it('mounts the routes under /api and /api/v1 too', async () => {
    for (const prefix of ['/api', '/api/v1']) {
      expect((await alice.request(prefix + getMe.path)).body).toMatchObject({
        ok: true,
        data: { user_id: alice.id },
      });
    }
  });
});
