import type { ClientRequest } from 'node:http';
import type { Request } from 'express';
import type { GatewayRoute } from '../routes';
import type { Instance } from '../upstreams/instance';

/** One request on its way through us. */
export interface Exchange {
  route: GatewayRoute;
  requestId: string;
  instance: Instance;
  /** Routed by its Engine.IO session: no other instance can answer it. */
  sticky: boolean;
  retried: boolean;
  outgoing?: ClientRequest;
}

/** The client's request, with what we know of its way. */
export type ProxiedRequest = Request & { exchange?: Exchange };
