import { chatNamespace, errorNotice, notificationsNamespace, register, sendMessage } from '@app/contracts';
import { badInputsOf, useSystem, type Actor, type Connection } from '@app/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const cases = [chatNamespace, notificationsNamespace].flatMap((namespace) =>
  namespace.client.map((event) => ({
    namespace: namespace.name,
    name: event.name,
    inputs: badInputsOf(event),
  })),
);

describe('bad input', () => {
  const system = useSystem();
  let alice: Actor;
  let sockets: Record<string, Connection>;

  beforeAll(async () => {
    [alice] = await system.connected('alice');
    sockets = { '/chat': alice.chat, '/notifications': await alice.notifications() };
  });

  it.each(cases)(
    'in $namespace $name is acked with BAD_REQUEST and the name of the field',
    async ({ namespace, name, inputs }) => {
      const acks = await Promise.all(
        inputs.map(async (input) => ({
          ...input,
          ack: await sockets[namespace]!.emitRaw(name, input.payload),
        })),
      );
      for (const { title, field, ack } of acks) {
        expect(ack, title).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
        if (ack.ok) continue;
        const fields = ack.error.details?.map((detail) => detail.field.replace(/[[.].*/, ''));
        expect(fields, title).toContain(field);
        expect(ack.error.message, title).toContain(field);
        expect(ack.error.requestId, title).toMatch(/.{8,}/);
      }
    },
  );

  it.each(cases)(
    '$namespace $name without any payload, or with null, is acked',
    async ({ namespace, name }) => {
      for (const args of [[], [null]])
        expect(await sockets[namespace]!.emitRaw(name, ...args)).toHaveProperty('ok');
    },
  );

  it('in an event without an ack is told by the error event', async () => {
    alice.chat.socket.emit(sendMessage.name, { conversationId: { $gt: '' } });
    const notice = await alice.receives(errorNotice, ({ event }) => event === sendMessage.name);
    expect(notice.code).toBe('BAD_REQUEST');
    expect(notice.message).toContain('conversationId');
  });

  it('such as an unknown event is acked', async () => {
    expect(await alice.emitRaw('message:explode', {})).toMatchObject({
      ok: false,
      error: { code: 'BAD_REQUEST' },
    });
  });

  it('such as an event with a reserved or inherited name is acked, and does no harm', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
      expect(await alice.emitRaw(name, {}), name).toMatchObject({
        ok: false,
        error: { code: 'BAD_REQUEST' },
      });
    }
  });

  it.each([
    ['malformed JSON', '{"username":', 400, 'BAD_REQUEST'],
    ['no object', '[]', 400, 'BAD_REQUEST'],
    ['a poisoned key', '{"__proto__":{"admin":true}}', 400, 'BAD_REQUEST'],
    [
      'an operator',
      '{"username":{"$gt":""},"email":"a@example.com","password":"long enough"}',
      400,
      'BAD_REQUEST',
    ],
    ['an oversized body', JSON.stringify({ username: 'x'.repeat(400_000) }), 413, 'PAYLOAD_TOO_LARGE'],
  ])('over REST: %s', async (_title, body, status, code) => {
    const answer = await system.anonymous.request(register.path, { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ ok: false, error: { code } });
  });

  it('over REST names the field', async () => {
    const answer = await system.anonymous.request(register.path, {
      method: 'POST',
      body: { username: 'somebody', email: 'no-address', password: 'long enough', role: 'admin' },
    });
    expect(answer.body).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } });
    if (!answer.body.ok)
      expect(answer.body.error.details?.map(({ field }) => field).toSorted()).toEqual(['email', 'role']);
  });

  it('leaves the socket and the system as they were', async () => {
    const conversation = await alice.createGroup([await system.user('bob')]);
    const sent = await alice.emit(sendMessage, { conversationId: conversation._id, content: 'still here' });
    expect(sent.seq).toBe(1);
    expect(alice.chat.socket.connected).toBe(true);
  });
});
