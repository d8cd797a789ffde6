import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AccessTokens, startService } from '@app/platform';
import { GatewayConfig } from '../../src/config';
import { gatewayOf } from '../../src/gateway';

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Gateway {
  app: NestExpressApplication;
  port: number;
  url: string;
  /** An Authorization header of a signed-in user. */
  authorization: string;
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  close: () => Promise<void>;
}

/** The real gateway in this process. Services that are not named do not exist. */
export async function startGateway(settings: Partial<GatewayConfig>): Promise<Gateway> {
  const [port, nobody] = [await freePort(), `http://127.0.0.1:${await freePort()}`];
  const config = Object.assign(new GatewayConfig(), {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    API_GATEWAY_PORT: port,
    USER_SERVICE_URL: [nobody],
    CHAT_SERVICE_URL: [nobody],
    NOTIFICATION_SERVICE_URL: [nobody],
    ...settings,
  });
  const app = await startService(gatewayOf(config));
  const url = `http://127.0.0.1:${port}`;
  const user = { userId: 7, username: 'alice', sessionId: 's-1', roles: [] };
  return {
    app,
    port,
    url,
    authorization: `Bearer ${await app.get(AccessTokens).sign(user, 60)}`,
    fetch: (path, init) => fetch(url + path, init),
    close: () => app.close(),
  };
}
