import { refusalOf, type Connection } from '@app/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { admitted } from '../src/index';
import { RealtimeApp } from './support/realtime-app';
import { list, say } from './support/test-namespace';

const DEADLINE_MS = 400;

describe('a command of a socket', () => {
  let app: RealtimeApp;
  let socket: Connection;
  let begun: string[];
  let end: () => void;

  beforeAll(async () => {
    app = await RealtimeApp.start({ commandDeadlineMs: DEADLINE_MS });
    socket = await app.connect(1);
  });
  afterEach(() => app.gateway.reset());
  afterAll(() => app.close());

  /** The first one waits for something that does not come until the test says so. */
  function stall(): void {
    begun = [];
    const ended = new Promise<void>((resolve) => (end = resolve));
    app.gateway.onSay = async ({ text }) => {
      begun.push(text);
      if (text === 'first') await ended;
      return { text };
    };
  }

  it('is answered within the deadline also behind one that does not end, and is not done', async () => {
    stall();
    const started = performance.now();
    const refusals = await Promise.all(
      ['first', 'second', 'third'].map((text) => refusalOf(socket.emit(say, { text }))),
    );
    const codes = refusals.map(({ code, message }) => [code, message.includes('not done')]);
    expect(codes).toEqual([
      ['UNAVAILABLE', false],
      ['UNAVAILABLE', true],
      ['UNAVAILABLE', true],
    ]);
    expect(performance.now() - started).toBeLessThan(DEADLINE_MS * 10);
    const next = socket.emit(say, { text: 'next' });
    end();
    expect(await next).toEqual({ text: 'next' });
    expect(begun).toEqual(['first', 'next']);
  });

  it('keeps its turn behind one that is overdue: nothing overtakes what still goes on', async () => {
    stall();
    const first = refusalOf(socket.emit(say, { text: 'first' }));
    expect((await first).code).toBe('UNAVAILABLE');
    const second = refusalOf(socket.emit(say, { text: 'second' }));
    expect((await second).message).toContain('not done');
    end();
    expect(await socket.emit(say, { text: 'third' })).toEqual({ text: 'third' });
    expect(begun).toEqual(['first', 'third']);
  });

  it('that another one was admitted before does not wait for it', async () => {
    app.gateway.onSay = ({ text }) =>
      Promise.resolve(
        text === 'never' ? admitted(new Promise<never>(() => undefined)) : { text: `${text} done` },
      );
    const never = refusalOf(socket.emit(say, { text: 'never' }));
    expect(await socket.emit(say, { text: 'meanwhile' })).toEqual({ text: 'meanwhile done' });
    expect(await socket.emit(list, {})).toEqual([]);
    expect(await never).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('unknown') });
  });

  it('is counted as what it was answered', async () => {
    expect(await app.metrics()).toMatch(
      /socket_events_total\{[^}]*event="test:say",outcome="UNAVAILABLE"[^}]*\} [1-9]/,
    );
  });
});
