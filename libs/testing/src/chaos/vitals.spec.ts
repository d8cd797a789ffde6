import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { eventually } from '../eventually';
import { vitalsOf } from './vitals';

describe.runIf(process.platform === 'linux')('what a process holds', () => {
  it('is its memory, its files, and the sockets that it has not closed after the other side has', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.end('bye')).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const before = await vitalsOf(process.pid);
    expect(before?.rssBytes).toBeGreaterThan(20 * 1_024 * 1_024);
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket.resume(), 'end');
    await eventually(
      () => vitalsOf(process.pid),
      (now) => {
        expect(now!.closeWait).toBeGreaterThan(before!.closeWait);
        expect(now!.files).toBeGreaterThan(before!.files);
      },
    );
    socket.end();
    await once(socket, 'close');
    await eventually(
      () => vitalsOf(process.pid),
      (now) => expect(now!.closeWait).toBe(before!.closeWait),
    );
    server.close();
    await once(server, 'close');
  });

  it('is not known of one that is gone', async () => {
    expect(await vitalsOf(undefined)).toBeUndefined();
    expect(await vitalsOf(2 ** 22 + 1)).toBeUndefined();
  });
});
