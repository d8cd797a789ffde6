import { Injectable } from '@nestjs/common';
import { requestIdOf } from '@app/platform';
import type { Response } from 'express';
import { GatewayConfig } from '../config';
import { answerError } from '../edge/answer';
import { sessionOf } from '../request/path';
import { SERVICES, type GatewayRoute, type ServiceName } from '../routes';
import { UpstreamsService } from '../upstreams/upstreams.service';
import type { ProxiedRequest } from './exchange';
import { answerUnknownSession, down, HttpProxy } from './http-proxy';

/** What is still unanswered then is cut off. */
const DRAIN_MS = 3_000;

/** Chooses the instance for an HTTP request and passes it on. */
@Injectable()
export class ProxyService {
  private readonly proxies: Map<ServiceName, HttpProxy>;
  private readonly inFlight = new Set<Response>();

  constructor(
    private readonly upstreams: UpstreamsService,
    config: GatewayConfig,
  ) {
    const limits = { timeoutMs: config.UPSTREAM_TIMEOUT, maxSockets: config.UPSTREAM_MAX_SOCKETS };
    this.proxies = new Map(
      SERVICES.map((service) => [service, new HttpProxy(upstreams.pool(service), limits)]),
    );
  }

  /** `request.url` must be as the service shall see it. */
  async forward(request: ProxiedRequest, response: Response, route: GatewayRoute): Promise<void> {
    const requestId = requestIdOf(request);
    const pool = this.upstreams.pool(route.service);
    const sid = route.kind === 'socket' && !route.sessionless ? sessionOf(request.url) : undefined;
    const isHandshake = route.kind === 'socket' && !route.sessionless && sid === undefined;
    const instance = await (isHandshake
      ? pool.pickForHandshake()
      : sid === undefined
        ? pool.pick()
        : pool.bySession(sid));
    if (response.closed) return;
    if (instance === undefined) {
      if (sid === undefined) answerError(response, down(route.service), requestId);
      else answerUnknownSession(response);
      return;
    }
    if (isHandshake) instance.handshake();
    if (route.kind === 'rest') this.track(response);
    request.exchange = { route, requestId, instance, sticky: sid !== undefined, retried: false };
    this.proxies.get(route.service)?.forward(request, response);
  }

  /** Resolves when all REST requests are answered, or after DRAIN_MS. Long polls are not waited for: they come again. */
  async idle(): Promise<void> {
    const answered = [...this.inFlight].map(
      (response) => new Promise((resolve) => response.once('close', resolve)),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, DRAIN_MS)));
    await Promise.race([Promise.all(answered), late]);
    clearTimeout(timer);
  }

  private track(response: Response): void {
    this.inFlight.add(response);
    response.once('close', () => this.inFlight.delete(response));
  }
}
