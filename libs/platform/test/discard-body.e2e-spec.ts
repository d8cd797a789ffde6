import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discardBody } from '../src/index';

const REFUSED = 'too large';
const CHUNK = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;

const server = createServer((request, response) => {
  discardBody(request, response);
  response.writeHead(413, { 'content-length': REFUSED.length }).end(REFUSED);
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

/** A client that has begun a body, and what it has heard until it has the whole answer. */
async function refused(connection: string) {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const errors: Error[] = [];
  socket.on('error', (error) => errors.push(error));
  const ended = new Promise((resolve) => socket.once('close', resolve));
  let heard = '';
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      heard += data.toString();
      if (heard.endsWith(REFUSED)) resolve();
    });
  });
  socket.write(
    `POST / HTTP/1.1\r\nhost: x\r\nconnection: ${connection}\r\ntransfer-encoding: chunked\r\n\r\n${CHUNK}`,
  );
  await answered;
  return { socket, errors, ended, heard };
}

it.each(['close', 'keep-alive'])(
  'who is refused may finish what they were saying (connection: %s)',
  async (connection) => {
    const { socket, errors, ended, heard } = await refused(connection);
    expect(heard).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    for (let count = 0; count < 20; count++)
      if (!socket.write(CHUNK)) await Promise.race([once(socket, 'drain'), ended]);
    socket.write('0\r\n\r\n');
    await ended;
    expect(errors).toEqual([]);
  },
);

it('who does not come to an end is cut off', async () => {
  const began = performance.now();
  const { socket, ended } = await refused('close');
  while (!socket.destroyed)
    if (!socket.write(CHUNK)) await Promise.race([once(socket, 'drain').catch(() => undefined), ended]);
  await ended;
  // Not before it has had its second.
  expect(performance.now() - began).toBeGreaterThan(900);
});
