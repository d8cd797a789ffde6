import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import {
  createConversation,
  errorNotice,
  listMessages,
  logout,
  messageCreated,
  sendMessage,
  typing,
  typingNotice,
} from '@app/contracts';
import { PlainClient, refusalOf, useSystem } from '@app/testing';
import { afterAll, describe, expect, it } from 'vitest';

const ALLOWED = 'https://app.example.com';

describe('a client that has no Socket.IO', () => {
  const system = useSystem({ instances: { chat: 2 }, env: { ALLOWED_ORIGINS: ALLOWED } });
  const clients: PlainClient[] = [];
  afterAll(() => clients.forEach((client) => client.close()));

  type Options = Parameters<typeof PlainClient.connect>[2];
  const connect = (origin: string, token: string, options: Options = {}, more = '') => {
    const client = PlainClient.connect(origin, token, options, more);
    clients.push(client);
    return client;
  };

  it('talks through the gateway with one that has, on whatever instances they are, until its session ends', async () => {
    const [alice, bob] = await system.users('alice', 'bob');
    const token = bob.account.accessToken;
    // No session: what looks like the id of one is not looked at.
    const plain = connect(system.gatewayUrl, token, {}, '&sid=nobody.knows');
    const devices = await Promise.all(
      system.urls('chat').map((origin) => alice.connect({ origin, transports: ['websocket'] })),
    );
    const direct = system.urls('chat').map((origin) => connect(origin, `Bearer ${token}`));
    const { _id: conversationId } = await plain.emit(createConversation, { participantIds: [alice.id] });

    const heard = async (who: typeof devices | PlainClient[], content: string) => {
      for (const one of who) {
        const message = await one.receives(messageCreated, (got) => got.content === content);
        expect(message.conversation_id).toBe(conversationId);
        expect(one.received(messageCreated, (got) => got.content === content)).toHaveLength(1);
      }
    };
    for (const [index, device] of devices.entries()) {
      const content = `"hello" ${index} ,] é 😀`;
      await device.emit(sendMessage, { conversationId, content });
      await heard([plain, ...direct], content);
    }
    await plain.emit(sendMessage, { conversationId, content: 'hello back', clientId: 'one' });
    await plain.emit(sendMessage, { conversationId, content: 'hello back', clientId: 'one' });
    await heard(devices, 'hello back');
    expect(await alice.emit(listMessages, { conversationId })).toHaveLength(3);
    await plain.emit(typing, { conversationId, isTyping: true });
    for (const device of devices) await device.receives(typingNotice, ({ userId }) => userId === bob.id);
    const refusal = await refusalOf(plain.emit(sendMessage, { conversationId: 'x', content: 'hello' }));
    expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['conversationId'] });

    await bob.call(logout);
    for (const client of [plain, ...direct]) {
      expect(await client.receives(errorNotice)).toMatchObject({ code: 'AUTH_INVALID' });
      expect(await client.closed).toBe(4401);
    }
    expect(await connect(system.gatewayUrl, token).closed).toBe(4401);
    const lines = ['gateway', 'chat-1', 'chat-2'].flatMap((name) => system.output(name)).join('\n');
    expect(lines).toContain('ready to serve');
    expect(lines).not.toContain(token.slice(-20));
  });

  it('is held to the origins, at the gateway and at the service', async () => {
    const [carol] = await system.users('carol');
    for (const origin of [system.gatewayUrl, system.urls('chat')[0]!]) {
      const foreign = connect(origin, carol.account.accessToken, { headers: { origin: 'https://evil.io' } });
      const [, response] = (await once(foreign.socket, 'unexpected-response')) as [
        unknown,
        { statusCode: number },
      ];
      expect(response.statusCode).toBe(403);
      const own = connect(origin, carol.account.accessToken, { headers: { origin: ALLOWED } });
      expect(await own.answerTo({ id: 1, event: 'conversation:list' })).toMatchObject({ ok: true, data: [] });
    }
  });

  it('does as the README shows', async () => {
    const [dora] = await system.users('dora');
    const readme = await readFile('README.md', 'utf8');
    const snippet = /```js\n([^`]*new WebSocket[^]*?)```/.exec(readme)?.[1] ?? '';
    const { host } = new URL(system.gatewayUrl);
    const client = connect(system.gatewayUrl, dora.account.accessToken);
    const shown = new Promise((resolve) => {
      runInNewContext(snippet.replace('localhost:3000', host), {
        accessToken: dora.account.accessToken,
        // What the server tells by itself may come first.
        console: { log: (frame: { id?: number }) => frame.id === 1 && resolve(frame) },
        // As a browser has it.
        WebSocket: client.socket.constructor,
      });
    });
    expect(await shown).toEqual({ id: 1, ok: true, data: [], page: { next: null } });
  });

  it('is told what is missing, when it asks by plain HTTP', async () => {
    const answer = await system.anonymous.request('/ws?token=secret');
    expect(answer).toMatchObject({ status: 404, body: { ok: false, error: { code: 'NOTFOUND' } } });
  });
});
