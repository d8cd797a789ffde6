import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually';
import { FaultyNetwork } from './faulty-network';

/** Answers every byte with the same byte. */
class Echo {
  readonly heard: Buffer[] = [];
  readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => {
    this.sockets.add(socket);
    socket.on('data', (chunk) => {
      this.heard.push(chunk);
      socket.write(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get text(): string {
    return Buffer.concat(this.heard).toString();
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

interface Caller {
  socket: Socket;
  /** What has come back. */
  text: string;
  /** How it ended: a code, or nothing in particular. */
  end: string | undefined;
}

const seen = <T>(look: () => T, expectation: (value: T) => void) =>
  eventually(() => Promise.resolve(look()), expectation);

describe('a network that can be disturbed', () => {
  let echo: Echo;
  let network: FaultyNetwork;
  const callers: Caller[] = [];

  beforeEach(async () => {
    echo = new Echo();
    network = await FaultyNetwork.to(await echo.start());
  });

  afterEach(async () => {
    for (const { socket } of callers.splice(0)) socket.destroy();
    await network.close();
    echo.stop();
  });

  function call(): Caller {
    const socket = connect(Number(new URL(network.url).port), '127.0.0.1');
    const caller: Caller = { socket, text: '', end: undefined };
    callers.push(caller);
    socket.on('data', (chunk) => (caller.text += chunk.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => (caller.end = error.code));
    socket.on('close', () => (caller.end ??= 'closed'));
    return caller;
  }

  /** A caller who has been answered once. */
  async function connected(): Promise<Caller> {
    const caller = call();
    caller.socket.write('a');
    await seen(
      () => caller.text,
      (text) => expect(text).toBe('a'),
    );
    return caller;
  }

  it('carries everything as it is, ends included', async () => {
    const caller = call();
    const much = 'x'.repeat(3_000_000);
    caller.socket.end(much);
    await seen(
      () => caller,
      ({ text, end }) => {
        expect(text.length).toBe(much.length);
        expect(end).toBe('closed');
      },
    );
    expect(network.bytes).toBe(2 * much.length);
    await seen(
      () => echo.sockets.size,
      (size) => expect(size).toBe(0),
    );
  });

  it('cut: resets what is there and what comes, until it is healed', async () => {
    const before = await connected();
    network.disturb({ kind: 'cut' });
    await seen(
      () => before.end,
      (end) => expect(end).toBe('ECONNRESET'),
    );
    const during = call();
    await seen(
      () => during.end,
      (end) => expect(end).toBeDefined(),
    );
    network.heal();
    await connected();
    expect(echo.text).toBe('aa');
  });

  it('mute: loses what is sent that way and says nothing, and never what comes behind it', async () => {
    const caller = await connected();
    const idle = await connected();
    network.disturb({ kind: 'mute', ways: ['back'] });
    caller.socket.write('b');
    await seen(
      () => echo.text,
      (text) => expect(text).toBe('aab'),
    );
    const during = call();
    during.socket.write('c');
    await seen(
      () => echo.text,
      (text) => expect(text).toBe('aabc'),
    );
    network.heal();
    caller.socket.write('d');
    idle.socket.write('e');
    await seen(
      () => idle.text,
      (text) => expect(text).toBe('ae'),
    );
    await seen(
      () => echo.text,
      (text) => expect([...text].sort().join('')).toBe('aabcde'),
    );
    expect(caller).toMatchObject({ text: 'a', end: undefined });
    expect(during).toMatchObject({ text: '', end: undefined });
  });

  it('mute: nobody learns that the other side is gone before it is healed', async () => {
    const caller = await connected();
    network.disturb({ kind: 'mute', ways: ['back', 'forth'] });
    const [server] = echo.sockets;
    caller.socket.destroy();
    const other = call();
    other.socket.end('lost');
    await seen(
      () => echo.sockets.size,
      (size) => expect(size).toBe(2),
    );
    expect(server?.destroyed).toBe(false);
    network.heal();
    await connected();
    await seen(
      () => server?.destroyed,
      (isGone) => expect(isGone).toBe(true),
    );
    expect(echo.text).toBe('aa');
  });

  it('delay: everything comes late and in its order, what came before the end of it as well', async () => {
    const caller = await connected();
    network.disturb({ kind: 'delay', ms: 150 });
    const startedAt = performance.now();
    caller.socket.write('b');
    await seen(
      () => caller.text,
      (text) => expect(text).toBe('ab'),
    );
    // There and back; timers may be early by less than one.
    expect(performance.now() - startedAt).toBeGreaterThan(298);
    caller.socket.write('c');
    await seen(
      () => echo.text,
      (text) => expect(text).toBe('abc'),
    );
    network.heal();
    caller.socket.write('d');
    await seen(
      () => caller.text,
      (text) => expect(text).toBe('abcd'),
    );
  });

  it('clip: a connection ends in the middle of what is said, and so does the next', async () => {
    const before = await connected();
    network.disturb({ kind: 'clip', bytes: 5 });
    before.socket.write('0123456789');
    await seen(
      () => before.end,
      (end) => expect(end).toBeDefined(),
    );
    expect(echo.text).toBe('a01234');
    const during = call();
    during.socket.write('01');
    await seen(
      () => during.text,
      (text) => expect(text).toBe('01'),
    );
    during.socket.write('234567');
    await seen(
      () => during.end,
      (end) => expect(end).toBeDefined(),
    );
    network.heal();
    await connected();
  });
});
