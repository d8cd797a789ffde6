import { AppError, errorNotice } from '@app/contracts';
import { refusalOf, type Connection } from '@app/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { admitted } from '../src/index';
import { RealtimeApp } from './support/realtime-app';
import { list, say, type SayDto } from './support/test-namespace';

const ACK = 3;

/** The acks that the socket gets from now on, as they come over the wire: a second one for an event would show. */
function acksOf({ socket }: Connection): unknown[] {
  const acks: unknown[] = [];
  socket.io.on('packet', ({ type, data }) => {
    if ((type as number) === ACK) acks.push((data as unknown[])[0]);
  });
  return acks;
}

describe('every client event is answered exactly once', () => {
  let app: RealtimeApp;
  let socket: Connection;
  let acks: unknown[];

  beforeAll(async () => {
    app = await RealtimeApp.start();
    socket = await app.connect(1);
    acks = acksOf(socket);
  });
  afterEach(async () => {
    app.gateway.reset();
    // Whatever was answered twice has come before the answer to this.
    await socket.emit(say, { text: 'the last one' });
    expect(acks.splice(0)).toHaveLength(2);
  });
  afterAll(() => app.close());

  const refusal = async (name: string, ...args: unknown[]) => {
    const ack = await socket.emitRaw(name, ...args);
    if (ack.ok) throw new Error(`${name} was accepted`);
    return ack.error;
  };

  it('with its data', async () => {
    expect(await socket.emitRaw('test:say', { text: 'hi' })).toEqual({ ok: true, data: { text: 'hi' } });
  });

  it('with a page beside its data', async () => {
    app.gateway.onList = () => Promise.resolve({ items: [{ text: 'a' }], next: 'more', total: 7 });
    const answer = { ok: true, data: [{ text: 'a' }], page: { next: 'more', total: 7 } };
    expect(await socket.emitRaw('test:list', {})).toEqual(answer);
  });

  it('when its payload is wrong, naming the field', async () => {
    const { fields, code } = await refusalOf(socket.emit(say, { text: 'x'.repeat(101) }));
    expect({ fields, code }).toEqual({ fields: ['text'], code: 'BAD_REQUEST' });
  });

  it('when it has no payload and needs none', async () => {
    expect(await socket.emitRaw('test:list')).toMatchObject({ ok: true });
  });

  it('when it has no payload but needs one', async () => {
    expect(await refusal('test:say')).toMatchObject({ code: 'BAD_REQUEST', details: [{ field: 'text' }] });
  });

  it('when it has two payloads, instead of losing one of them', async () => {
    const error = await refusal('test:say', { text: 'one' }, { text: 'two' });
    expect(error).toMatchObject({ code: 'BAD_REQUEST', details: [{ field: 'payload' }] });
  });

  it('when nobody knows its name', async () => {
    const error = await refusal('test:unknown', {});
    expect(error).toMatchObject({ code: 'BAD_REQUEST', details: [{ field: 'event' }] });
    expect(error.message).toContain('test:unknown');
  });

  it.each(['error', 'toString', '__proto__', 'x'.repeat(10_000)])('when its name is %.20s', async (name) => {
    const error = await refusal(name, {});
    expect(error.code).toBe('BAD_REQUEST');
    expect(error.message.length).toBeLessThan(200);
  });

  it('when its name is a number, which the protocol allows', async () => {
    expect(await refusal(42 as unknown as string, {})).toMatchObject({
      code: 'BAD_REQUEST',
      details: [{ field: 'event' }],
    });
  });

  it('when the handler refuses, in the words of the error table', async () => {
    app.gateway.onSay = () => Promise.reject(new AppError('RATE_LIMITED', 'slow down', undefined, 250));
    const error = await refusal('test:say', { text: 'hi' });
    expect(error).toMatchObject({ code: 'RATE_LIMITED', message: 'slow down', retryAfterMs: 250 });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('the password is 12345');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the password is 12345'))],
    [
      'rejects after its admission',
      () => Promise.resolve(admitted(Promise.reject(new Error('the password is 12345')))),
    ],
  ])('as INTERNAL with a request id, telling nothing, when the handler %s', async (_how, fail) => {
    app.gateway.onSay = fail;
    const error = await refusal('test:say', { text: 'hi' });
    expect(error.code).toBe('INTERNAL');
    expect(error.requestId.startsWith(`${socket.socket.id ?? ''}.`)).toBe(true);
    expect(JSON.stringify(error)).not.toContain('12345');
  });

  it.each([
    ['has a field of the wrong kind', () => Promise.resolve({ text: 7 } as unknown as SayDto)],
    ['has a field too many', () => Promise.resolve({ text: 'hi', secret: 'x' } as SayDto)],
    ['is missing', () => Promise.resolve(undefined as unknown as SayDto)],
    ['comes after the admission', () => Promise.resolve(admitted(Promise.resolve({} as SayDto)))],
  ])('as INTERNAL when an answer that breaks its contract %s', async (_how, answer) => {
    app.gateway.onSay = answer;
    expect(await refusal('test:say', { text: 'hi' })).toMatchObject({ code: 'INTERNAL' });
  });

  it.each([
    ['at once', () => Promise.resolve(undefined as never)],
    ['after the admission', () => Promise.resolve(admitted(Promise.resolve(undefined as never)))],
  ])('as INTERNAL when there is no page where one was promised, %s', async (_when, answer) => {
    app.gateway.onList = answer;
    expect(await refusal('test:list', {})).toMatchObject({ code: 'INTERNAL' });
  });
});

describe('an event that carries no ack', () => {
  let app: RealtimeApp;
  let socket: Connection;

  beforeAll(async () => {
    app = await RealtimeApp.start();
    socket = await app.connect(1);
  });
  afterAll(() => app.close());

  it('tells its failure by the error event, and its success not at all', async () => {
    socket.socket.emit(say.name, { text: 'fine' });
    socket.socket.emit(say.name, { text: 7 });
    const notice = await socket.receives(errorNotice);
    expect(notice).toMatchObject({ code: 'BAD_REQUEST', event: 'test:say' });
    expect(notice.message).toContain('text');
    await socket.emit(list, {});
    expect(socket.received(errorNotice)).toHaveLength(1);
  });

  it('does no harm when its name is a number', async () => {
    socket.socket.emit(42 as unknown as string);
    expect(await socket.receives(errorNotice, ({ event }) => event === '42')).toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect(await socket.emit(say, { text: 'still there' })).toEqual({ text: 'still there' });
  });
});

describe('in production', () => {
  it('an answer goes out as it is, unchecked', async () => {
    const app = await RealtimeApp.start({ production: true });
    app.gateway.onSay = () => Promise.resolve({ text: 7 } as unknown as SayDto);
    const socket = await app.connect(1);
    expect(await socket.emitRaw('test:say', { text: 'hi' })).toEqual({ ok: true, data: { text: 7 } });
    await app.close();
  });
});
