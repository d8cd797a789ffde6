import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { addressBucket } from '@app/platform';
import { GatewayConfig } from '../config';
import type { RateClass } from '../routes';
import { rateLimitHits } from '../metrics';
import { FixedWindow } from './fixed-window';

/** Budgets per address and class of route. Each gateway counts on its own. */
@Injectable()
export class RateLimitService {
  private readonly windows: Record<Exclude<RateClass, 'none'>, FixedWindow>;

  constructor(config: GatewayConfig) {
    const windowMs = config.RATE_LIMIT_TTL * 1_000;
    this.windows = {
      api: new FixedWindow(config.limits.api, windowMs),
      files: new FixedWindow(config.limits.files, windowMs),
      auth: new FixedWindow(config.limits.auth, windowMs),
    };
  }

  /** Counts the request and tells the client what is left. Throws RATE_LIMITED. */
  spend(rate: RateClass, address: string, response: ServerResponse): void {
    if (rate === 'none') return;
    const { allowed, limit, remaining, resetMs } = this.windows[rate].hit(addressBucket(address));
    response.setHeader('RateLimit-Limit', limit);
    response.setHeader('RateLimit-Remaining', remaining);
    response.setHeader('RateLimit-Reset', Math.ceil(resetMs / 1_000));
    if (allowed) return;
    rateLimitHits.inc({ class: rate });
    throw new AppError(
      'RATE_LIMITED',
      `more than ${limit} requests; wait ${Math.ceil(resetMs / 1_000)} s`,
      undefined,
      resetMs,
    );
  }
}
