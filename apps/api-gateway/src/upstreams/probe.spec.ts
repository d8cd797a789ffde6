import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Instance } from './instance';
import { probe } from './probe';

async function instanceThat(treats: (socket: Socket) => void): Promise<Instance> {
  const server = createServer((socket) => treats(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const instance = new Instance(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  instance.state = 'ready';
  return instance;
}

it.each<[string, (socket: Socket) => void]>([
  ['at once', (socket) => socket.destroy()],
  ['by a reset', (socket) => socket.resetAndDestroy()],
  ['when it has been asked', (socket) => socket.once('data', () => socket.destroy())],
])('an instance that closes the connection %s is gone, not late', async (_when, treat) => {
  const instance = await instanceThat(treat);
  await probe(instance);
  expect(instance.state).toBe('unreachable');
});
