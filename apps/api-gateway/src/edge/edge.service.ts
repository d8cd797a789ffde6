import { Injectable } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { AccessTokens, discardBody, requestIdOf, toAppError } from '@app/platform';
import type { NextFunction, Response } from 'express';
import { GatewayConfig } from '../config';
import { refuseLargeLength } from '../proxy/body-guard';
import type { ProxiedRequest } from '../proxy/exchange';
import { ProxyService } from '../proxy/proxy.service';
import { RateLimitService } from '../rate-limit/rate-limit.service';
import { matchRoute, type GatewayRoute } from '../routes';
import { answerError } from './answer';
import { clientAddress } from '../request/client-address';
import { forwardedHeaders, refuseAmbiguousHeaders } from '../request/headers';
import { Origins } from '../request/origins';
import { parseTarget } from '../request/path';
import { setSecurityHeaders } from './security-headers';

/** Every HTTP request comes by here first; what belongs to a service leaves here for it, the rest is ours to answer. */
@Injectable()
export class EdgeService {
  private readonly origins: Origins;

  constructor(
    private readonly config: GatewayConfig,
    private readonly limiter: RateLimitService,
    private readonly tokens: AccessTokens,
    private readonly proxy: ProxyService,
  ) {
    this.origins = new Origins(config.ALLOWED_ORIGINS);
  }

  /** Express middleware. */
  async handle(request: ProxiedRequest, response: Response, next: NextFunction): Promise<void> {
    try {
      setSecurityHeaders(response);
      const { path, query } = parseTarget(request.url);
      refuseAmbiguousHeaders(request);
      if (this.origins.answer(request, response)) return;
      const match = matchRoute(path);
      if (match === undefined) {
        discardBody(request, response);
        next();
        return;
      }
      response.locals.route = match.route.prefix;
      await this.admit(request, response, match.route);
      request.url = match.path + query;
      await this.proxy.forward(request, response, match.route);
    } catch (error) {
      discardBody(request, response);
      answerError(response, toAppError(error), requestIdOf(request));
    }
  }

  /** Throws what the client shall be told; else the request is fit to be passed on. */
  private async admit(request: ProxiedRequest, response: Response, route: GatewayRoute): Promise<void> {
    const address = clientAddress(request, this.config.TRUST_PROXY);
    this.limiter.spend(route.rate, address, response);
    refuseLargeLength(request, route.bodyLimit);
    if (route.kind === 'socket' && !this.origins.allows(request.headers.origin)) {
      throw new AppError('FORBIDDEN', 'this origin may not connect');
    }
    if (!route.public) await this.authenticate(request);
    request.headers = forwardedHeaders(request, address);
  }

  /** The service verifies again; here a request without a valid token costs nothing. */
  private async authenticate(request: ProxiedRequest): Promise<void> {
    const { authorization } = request.headers;
    await this.tokens.verify(authorization);
    if (!/^Bearer /i.test(authorization ?? ''))
      request.headers.authorization = `Bearer ${authorization ?? ''}`;
  }
}
