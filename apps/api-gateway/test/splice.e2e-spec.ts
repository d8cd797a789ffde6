import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './support/gateway';
import { RawService } from './support/raw-service';
import { openRaw, raw, upgradeRequest, WEBSOCKET_PATH } from './support/wire';

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';

describe('bytes through a tunnel', () => {
  let service: RawService;
  let gateway: Gateway;
  const start = async (onUpgrade: (socket: Socket, head: string) => void) => {
    service = await RawService.start(onUpgrade);
    gateway = await startGateway({ CHAT_SERVICE_URL: [service.url] });
  };

  afterEach(async () => {
    await gateway.close();
    service.stop();
  });

  it('wait until the service agrees, then come in order', async () => {
    let asking: Socket | undefined;
    let received = '';
    await start((socket) => {
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      asking = socket;
    });
    const client = connect(gateway.port, '127.0.0.1');
    client.write(`${upgradeRequest(WEBSOCKET_PATH)}one `);
    client.write('two ');
    await expect.poll(() => asking).toBeDefined();
    expect(received).toBe('');
    asking?.write(SWITCHING);
    client.write('three');
    await expect.poll(() => received).toBe('one two three');
    client.destroy();
  });

  it('never reach a service that refused: they could be requests that we did not see', async () => {
    let smuggled = '';
    await start((socket) => {
      socket.on('data', (chunk: Buffer) => (smuggled += chunk.toString()));
      socket.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nno');
    });
    const answer = await raw(
      gateway.port,
      `${upgradeRequest(WEBSOCKET_PATH)}GET /internal/users HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*no$/);
    expect(smuggled).toBe('');
  });

  it('of a service that never answers end in UNAVAILABLE', async () => {
    await start((socket) => socket.destroy());
    expect(await raw(gateway.port, upgradeRequest(WEBSOCKET_PATH))).toMatch(
      /^HTTP\/1\.1 503 [^]*UNAVAILABLE/,
    );
  });

  it('are held back for a slow reader instead of filling the gateway', async () => {
    const chunk = Buffer.alloc(64 * 1_024);
    let written = 0;
    await start((socket) => {
      const pour = () => {
        while (written < 200_000_000 && socket.write(chunk)) written += chunk.length;
      };
      socket.write(SWITCHING);
      socket.on('drain', pour);
      pour();
    });
    const before = process.memoryUsage().arrayBuffers;
    const client = await openRaw(gateway.port);
    client.pause();
    let last = -1;
    const standsStill = () => {
      const still = written === last && written > 0;
      last = written;
      return still;
    };
    await expect.poll(standsStill, { interval: 300, timeout: 10_000 }).toBe(true);
    // What is on its way sits in the kernel's buffers, not in ours.
    expect(written).toBeLessThan(100_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
    client.destroy();
  });
});
