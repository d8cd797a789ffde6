import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Shutdown, type ServiceOptions } from '@app/platform';
import { AppModule } from './app.module';
import type { GatewayConfig } from './config';
import { EdgeService } from './edge/edge.service';
import { hardenServer } from './edge/server-limits';
import { ProxyService } from './proxy/proxy.service';
import { TunnelService } from './tunnel/tunnel.service';

/** How long a balancer in front has to see that we are not ready, before connections are refused. */
const NOTICE_MS = 1_000;

/** The gateway as a process, or inside a test. */
export const gatewayOf = (config: GatewayConfig): ServiceOptions => ({
  module: AppModule.forRoot(config),
  port: config.API_GATEWAY_PORT,
  parseBodies: false,
  atTheEdge: true,
  trustProxy: config.TRUST_PROXY,
  requestTimeoutMs: config.REQUEST_TIMEOUT,
  configure: (app) => configure(app, config),
});

function configure(app: NestExpressApplication, config: GatewayConfig): void {
  const server: Server = app.getHttpServer();
  const edge = app.get(EdgeService);
  const tunnels = app.get(TunnelService);
  hardenServer(server, config.REQUEST_TIMEOUT);
  app.use(edge.handle.bind(edge));
  // Bound here and now: http-proxy-middleware would do it at the first HTTP request, and a WebSocket before that hangs.
  server.on(
    'upgrade',
    (request: IncomingMessage, socket: Socket, head: Buffer) => void tunnels.accept(request, socket, head),
  );

  const shutdown = app.get(Shutdown);
  shutdown.register('stop-accepting', 'http', async () => {
    if (config.isProduction) await new Promise((resolve) => setTimeout(resolve, NOTICE_MS));
    server.close();
  });
  shutdown.register('finish-work', 'http', () => app.get(ProxyService).idle());
}
