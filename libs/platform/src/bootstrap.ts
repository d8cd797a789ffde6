import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { obeySwitches } from './chaos/switches';
import { ConfigError } from './config/config';
import { RequestsInFlight } from './http/in-flight';
import { requestId } from './http/request-id';
import { warnOfProxy } from './http/warn-of-proxy';
import { Logger } from './logging/logger';
import { collectProcessMetrics, measureRequests } from './metrics/metrics';
import { Shutdown } from './shutdown';

/** Longest time from SIGTERM to exit. */
const SHUTDOWN_CAP_MS = 10_000;
/** Longer than any pool's idle time in front of us, so that we never close a connection that is being reused. */
const KEEP_ALIVE_MS = 65_000;
/** Slow headers are looked for every second or more; with that they are gone within ten. */
const HEADERS_TIMEOUT_MS = 8_000;
const REQUEST_TIMEOUT_MS = 30_000;
const BODY_LIMIT = '256kb';

export interface ServiceOptions {
  module: Type | DynamicModule;
  port: number;
  /** The gateway passes bodies on unread. */
  parseBodies?: boolean;
  /** Trusted proxy hops, for `request.ip`. */
  trustProxy?: number;
  /** Longest time for a whole request to arrive; by default half a minute. */
  requestTimeoutMs?: number;
  /** Clients connect to it themselves, and may write what they like into X-Forwarded-For. */
  atTheEdge?: boolean;
  /** The last word before the process listens: adapters, raw middleware, `upgrade` listeners. */
  configure?: (app: NestExpressApplication) => void | Promise<void>;
}

/** Builds the app and makes it listen. Used by main.ts through `runService`, and by tests directly. */
export async function startService(options: ServiceOptions): Promise<NestExpressApplication> {
  collectProcessMetrics();
  const app = await NestFactory.create<NestExpressApplication>(options.module, {
    bufferLogs: true,
    bodyParser: false,
    forceCloseConnections: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxy ?? 0);
  app.use(requestId, measureRequests);
  if (!options.atTheEdge && !options.trustProxy) app.use(warnOfProxy(app.get(Logger)));
  if (options.parseBodies ?? true) {
    const requests = new RequestsInFlight();
    app.use(requests.track);
    app.get(Shutdown).register('finish-work', 'http', () => requests.idle());
    app.useBodyParser('json', { limit: BODY_LIMIT });
  }
  await options.configure?.(app);
  await app.listen(options.port);
  const server = app.getHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  // Node waits for the longer of the two.
  server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, server.requestTimeout);
  return app;
}

/** The body of every main.ts: start, stop in order on SIGTERM or SIGINT, never die silently. */
export function runService(build: () => ServiceOptions | Promise<ServiceOptions>): void {
  process.once('unhandledRejection', (reason) => die('unhandled rejection', reason));
  process.once('uncaughtException', (error) => die('uncaught exception', error));
  start(build).catch((error: unknown) =>
    die(error instanceof ConfigError ? error.message : 'could not start', error),
  );
}

async function start(build: () => ServiceOptions | Promise<ServiceOptions>): Promise<void> {
  const options = await build();
  obeySwitches();
  const app = await startService(options);
  const logger = app.get(Logger);
  logger.info('ready to serve');
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info(`${signal}: draining`);
    setTimeout(
      () => die(`not drained after ${SHUTDOWN_CAP_MS} ms`, undefined),
      SHUTDOWN_CAP_MS - 500,
    ).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => die('shutdown failed', error),
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}

/** One line that says why, in the shape of our logs, then the end: the supervisor starts us anew. */
function die(message: string, reason: unknown): never {
  const detail =
    reason instanceof Error && !(reason instanceof ConfigError)
      ? { err: { message: reason.message, stack: reason.stack } }
      : {};
  process.stdout.write(`${JSON.stringify({ level: 60, time: Date.now(), msg: message, ...detail })}\n`);
  process.exit(1);
}
