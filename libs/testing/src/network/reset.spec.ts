import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reset } from './reset';

const server = createServer({ allowHalfOpen: true });
let near: Socket;
let far: Socket;

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const arrived = once(server, 'connection') as Promise<[Socket]>;
  near = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  [far] = await arrived;
  near.on('error', () => undefined);
});

afterEach(async () => {
  far.destroy();
  server.close();
  await once(server, 'close');
});

it('the other side hears of a reset', async () => {
  const heard = once(far, 'data').catch((error: unknown) => error);
  reset(near);
  expect(await heard).toMatchObject({ code: 'ECONNRESET' });
});

it('one that is just being closed is closed all the same', async () => {
  const closed = once(near, 'close', { signal: AbortSignal.timeout(2_000) });
  near.end();
  reset(near);
  await closed;
  expect(near.destroyed).toBe(true);
});
