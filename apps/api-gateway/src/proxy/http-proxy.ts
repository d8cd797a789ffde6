import { Agent } from 'node:http';
import { AppError, unavailable } from '@app/contracts';
import { discardBody, hasBody } from '@app/platform';
import type { Response } from 'express';
import { createProxyMiddleware, type Plugin, type RequestHandler } from 'http-proxy-middleware';
import { answerError } from '../edge/answer';
import { upstreamFailures } from '../metrics';
import type { ServiceName } from '../routes';
import type { Pool } from '../upstreams/pool';
import { guardBody } from './body-guard';
import type { ProxiedRequest } from './exchange';

const IDLE_CONNECTION_MS = 30_000;
const LARGE_BODY = 1_048_576;
/** The request did not reach the service. */
const CONNECT_ERRORS = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** Headers of an answer that we set for all services alike. */
const OURS = /^(?:access-control-|keep-alive$|x-powered-by$|vary$|x-request-id$)/;

/** Passes HTTP requests to the instances of one service over kept connections. */
export class HttpProxy {
  private readonly middleware: RequestHandler<ProxiedRequest, Response>;

  constructor(
    private readonly pool: Pool,
    limits: { timeoutMs: number; maxSockets: number },
  ) {
    this.middleware = createProxyMiddleware<ProxiedRequest, Response>({
      agent: new Agent({
        keepAlive: true,
        maxSockets: limits.maxSockets,
        timeout: IDLE_CONNECTION_MS,
        scheduling: 'lifo',
      }),
      proxyTimeout: limits.timeoutMs,
      headers: { connection: 'keep-alive' },
      toProxy: true,
      router: targetOf,
      // Its own error plugin answers in plain text, and its others log.
      ejectPlugins: true,
      plugins: [this.observe],
    });
  }

  get service(): ServiceName {
    return this.pool.service;
  }

  /** `request` must carry its exchange. Never rejects: whatever happens, the client gets one answer. */
  forward(request: ProxiedRequest, response: Response): void {
    this.middleware(request, response).catch((error: unknown) => this.fail(request, response, error));
  }

  private readonly observe: Plugin<ProxiedRequest, Response> = (proxy) => {
    proxy.on('start', (request, response) => {
      const { exchange } = request;
      if (exchange)
        guardBody(request, exchange.route.bodyLimit, (error) => this.refuse(request, response, error));
    });
    proxy.on('proxyReq', (outgoing, request, response) => {
      const { exchange } = request;
      if (exchange) exchange.outgoing = outgoing;
      // The service may refuse a large body by its length, before any of it has come.
      if (Number(request.headers['content-length']) > LARGE_BODY) outgoing.flushHeaders();
      // http-proxy watches the request, which is over long before a long poll is.
      response.once('close', () => {
        if (!response.writableFinished) outgoing.destroy();
      });
    });
    proxy.on('proxyRes', (answer, request, response) => {
      // The service has refused a body that it did not read to its end; nor do we.
      discardBody(request, response);
      const theirs = Object.entries(answer.headers).filter(([name]) => !OURS.test(name));
      answer.headers = {
        ...Object.fromEntries(theirs),
        connection: response.shouldKeepAlive ? 'keep-alive' : 'close',
      };
      answer.once('close', () => {
        if (!answer.complete) response.destroy();
      });
    });
    proxy.on('error', (error, request, response) => {
      if ('writeHead' in response) this.fail(request, response, error);
    });
  };

  private refuse(request: ProxiedRequest, response: Response, error: AppError): void {
    discardBody(request, response);
    answerError(response, error, request.exchange?.requestId ?? '');
    request.exchange?.outgoing?.destroy();
  }

  private fail(request: ProxiedRequest, response: Response, error: unknown): void {
    const { exchange } = request;
    if (exchange === undefined || response.headersSent || response.destroyed) {
      if (!response.writableEnded) response.destroy();
      return;
    }
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
    const unconnected = CONNECT_ERRORS.has(code);
    if (unconnected) exchange.instance.state = 'unreachable';
    // A kept connection may be closed by the service in the moment in which we use it again.
    const stale = code === 'ECONNRESET' && exchange.outgoing?.reusedSocket === true;
    if ((unconnected || stale) && this.retry(request, response)) return;
    upstreamFailures.inc({ service: this.service, reason: unconnected ? 'connect' : 'answer' });
    discardBody(request, response);
    if (exchange.sticky && unconnected) answerUnknownSession(response);
    else
      answerError(response, unconnected ? down(this.service) : unavailable(this.service), exchange.requestId);
  }

  /** A GET that found nobody is sent again, once: to another instance, or to the same when only the connection was stale. */
  private retry(request: ProxiedRequest, response: Response): boolean {
    const { exchange } = request;
    if (exchange === undefined || exchange.retried || exchange.sticky) return false;
    if (request.method !== 'GET' || hasBody(request)) return false;
    const { instance } = exchange;
    const next = this.pool.pick(instance) ?? (instance.state === 'unreachable' ? undefined : instance);
    if (next === undefined) return false;
    request.exchange = { ...exchange, instance: next, retried: true, outgoing: undefined };
    this.forward(request, response);
    return true;
  }
}

export const down = (service: ServiceName) =>
  new AppError('UNAVAILABLE', `${service} is not reachable; try again shortly`);

/** What Engine.IO says of a session that it does not hold; clients then connect anew. */
export const UNKNOWN_SESSION = JSON.stringify({ code: 1, message: 'Session ID unknown' });

export function answerUnknownSession(response: Response): void {
  response
    .writeHead(400, { 'Content-Type': 'application/json', 'Content-Length': UNKNOWN_SESSION.length })
    .end(UNKNOWN_SESSION);
}

function targetOf({ exchange }: ProxiedRequest) {
  if (exchange === undefined) throw new Error('a proxied request must carry its exchange');
  const { host, port } = exchange.instance;
  return { protocol: 'http:', host, port };
}
