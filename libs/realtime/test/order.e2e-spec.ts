import { refusalOf, type Connection } from '@app/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { admitted } from '../src/index';
import { LANE_CAPACITY } from '../src/lane';
import { RealtimeApp } from './support/realtime-app';
import { list, say, type SayDto } from './support/test-namespace';

/** A promise that the test settles when it wants. */
function gate<T = void>() {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { open, opened };
}

describe('the events of one socket', () => {
  let app: RealtimeApp;
  let socket: Connection;

  beforeAll(async () => {
    app = await RealtimeApp.start();
    socket = await app.connect(1);
  });
  afterEach(() => app.gateway.reset());
  afterAll(() => app.close());

  const texts = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

  it('are admitted in order, also behind a slow one', async () => {
    const slow = gate();
    const log: string[] = [];
    app.gateway.onSay = async ({ text }) => {
      log.push(`${text} begins`);
      if (text === '0') await slow.opened;
      log.push(`${text} ends`);
      return { text };
    };
    const answers = texts(3).map((text) => socket.emit(say, { text }));
    // Another socket is served meanwhile: only this one waits for itself.
    const other = await app.connect(2);
    await other.emit(list, {});
    expect(log).toEqual(['0 begins']);
    slow.open();
    await Promise.all(answers);
    expect(log).toEqual(['0 begins', '0 ends', '1 begins', '1 ends', '2 begins', '2 ends']);
  });

  it('share what an admitted one waits for: the next ones start before its answer', async () => {
    const commit = gate();
    const begun: string[] = [];
    const allBegun = gate();
    app.gateway.onSay = ({ text }) => {
      if (begun.push(text) === 10) allBegun.open();
      return Promise.resolve(admitted(commit.opened.then(() => ({ text }))));
    };
    const answers = texts(10).map((text) => socket.emit(say, { text }));
    await allBegun.opened;
    expect(begun).toEqual(texts(10));
    commit.open();
    expect(await Promise.all(answers)).toEqual(texts(10).map((text) => ({ text })));
  });

  it('go on after one that failed', async () => {
    app.gateway.onSay = ({ text }) =>
      text === '0' ? Promise.reject(new Error('broken')) : Promise.resolve({ text });
    const [first, second] = [socket.emit(say, { text: '0' }), socket.emit(say, { text: '1' })];
    expect(await refusalOf(first)).toMatchObject({ code: 'INTERNAL' });
    expect(await second).toEqual({ text: '1' });
  });

  it('are turned away when a thousand wait, and served again when there is room', async () => {
    const slow = gate();
    app.gateway.onSay = async ({ text }) => {
      await slow.opened;
      return { text };
    };
    const fitting = texts(1 + LANE_CAPACITY).map((text) => socket.emit(say, { text }));
    const refused = await refusalOf(socket.emit(say, { text: 'one too many' }));
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', message: expect.stringContaining('1000') });
    slow.open();
    const answers = await Promise.all(fitting);
    expect(answers.map(({ text }) => text)).toEqual(texts(1 + LANE_CAPACITY));
    expect(await socket.emit(say, { text: 'room again' })).toEqual({ text: 'room again' });
  });

  it('know who asks, each under a request id of its own', async () => {
    const ids: string[] = [];
    app.gateway.onSay = (payload: SayDto, { data }) => {
      ids.push(`${data.principal.userId} ${data.requestId}`);
      return Promise.resolve(payload);
    };
    await Promise.all(texts(3).map((text) => socket.emit(say, { text })));
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => id.startsWith(`1 ${socket.socket.id ?? '?'}.`))).toBe(true);
  });
});
