import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coalesceWrites } from './coalesce-writes';

/** What a stream calls to reach the kernel. */
type Raw = Socket & { _writev(...args: unknown[]): void; _write(...args: unknown[]): void };

describe('coalesceWrites', () => {
  const server = createServer();
  let writer: Raw;
  let reader: Socket;
  let systemCalls: () => number;

  beforeEach(async () => {
    if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
    const accepted = once(server, 'connection') as Promise<[Raw]>;
    reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
    [writer] = await accepted;
    const spies = [vi.spyOn(writer, '_writev'), vi.spyOn(writer, '_write')];
    systemCalls = () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  });

  afterEach(() => {
    reader.destroy();
    writer.destroy();
  });

  const read = async (length: number) => {
    let text = '';
    for await (const chunk of reader as AsyncIterable<Buffer>)
      if ((text += chunk.toString()).length >= length) break;
    return text;
  };

  /** As the WebSocket library writes a frame: head and body between a cork of its own. */
  const writeFrame = (head: string, body: string) => {
    writer.cork();
    writer.write(head);
    writer.write(body);
    writer.uncork();
  };

  it('sends the frames of one turn in order with one system call', async () => {
    coalesceWrites(writer);
    for (const name of ['a', 'b', 'c']) writeFrame(`<${name}`, '>');
    writer.write('!');
    expect(await read(10)).toBe('<a><b><c>!');
    expect(systemCalls()).toBe(1);
  });

  it('sends the next turn by itself', async () => {
    coalesceWrites(writer);
    writeFrame('<a', '>');
    await new Promise((resolve) => setImmediate(resolve));
    writeFrame('<b', '>');
    expect(await read(6)).toBe('<a><b>');
    expect(systemCalls()).toBe(2);
  });

  it('is what makes the difference', async () => {
    for (const name of ['a', 'b', 'c']) writeFrame(`<${name}`, '>');
    expect(await read(9)).toBe('<a><b><c>');
    expect(systemCalls()).toBe(3);
  });
});
