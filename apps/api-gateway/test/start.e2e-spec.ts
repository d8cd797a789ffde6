import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { freePort } from './support/gateway';
import { expect, it } from 'vitest';

const program = path.resolve(process.env['DIST'] ?? 'dist', 'apps/api-gateway/src/main.js');

it('a gateway starts while its services are not there, whatever stands in their place', async () => {
  // As a proxy does in front of a service that is starting.
  const closing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(closing, 'listening');
  const url = `http://127.0.0.1:${(closing.address() as AddressInfo).port}`;
  const settings = {
    ...{ NODE_ENV: 'test', JWT_ACCESS_SECRET: 'x'.repeat(40), API_GATEWAY_PORT: String(await freePort()) },
    ...{ USER_SERVICE_URL: url, CHAT_SERVICE_URL: url, NOTIFICATION_SERVICE_URL: url },
    RABBITMQ_URL: 'amqp://127.0.0.1:1',
  };
  const gateway = spawn(process.execPath, [program], { env: { ...process.env, ...settings } });
  try {
    let said = '';
    gateway.stdout.on('data', (data: Buffer) => (said += data.toString()));
    const ready = new Promise<void>((resolve) => {
      gateway.stdout.on('data', () => {
        if (said.includes('ready to serve')) resolve();
      });
    });
    await Promise.race([ready, once(gateway, 'exit')]);
    expect(said).toContain('"ready to serve"');
  } finally {
    gateway.kill('SIGKILL');
    closing.close();
  }
});
