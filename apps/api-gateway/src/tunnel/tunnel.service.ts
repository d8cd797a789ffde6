import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import { AppError, notFound } from '@app/contracts';
import { addressBucket, requestIdOf, Shutdown, toAppError } from '@app/platform';
import { GatewayConfig } from '../config';
import { closeWith, refuseSocket } from '../edge/answer';
import { clientAddress } from '../request/client-address';
import { refuseAmbiguousHeaders } from '../request/headers';
import { Origins } from '../request/origins';
import { parseTarget, sessionOf } from '../request/path';
import { rateLimitHits, tunnels } from '../metrics';
import { down, UNKNOWN_SESSION } from '../proxy/http-proxy';
import { matchRoute, type ServiceName } from '../routes';
import type { Instance } from '../upstreams/instance';
import { UpstreamsService } from '../upstreams/upstreams.service';
import { ConnectionBudget } from './connection-budget';
import { ignoreError, KEEP_ALIVE_MS, shakeHands } from './handshake';
import { refuseOtherUpgrades, upgradeHead } from './request-head';
import { splice } from './splice';
import { Tunnel } from './tunnel';

interface Admission {
  service: ServiceName;
  sid: string | undefined;
  /** The request as the service shall get it. */
  head: string;
  bucket: string;
}

/** WebSocket upgrades: check, choose an instance, then pass bytes. What is said inside, only the service knows. */
@Injectable()
export class TunnelService {
  private readonly open = new Set<Tunnel>();
  private readonly budget: ConnectionBudget;
  private readonly origins: Origins;
  private draining = false;

  constructor(
    private readonly config: GatewayConfig,
    private readonly upstreams: UpstreamsService,
    shutdown: Shutdown,
  ) {
    this.budget = new ConnectionBudget(config.limits.sockets);
    this.origins = new Origins(config.ALLOWED_ORIGINS);
    shutdown.register('stop-accepting', 'tunnels', () => {
      this.draining = true;
      return Promise.resolve();
    });
    shutdown.register('close-sockets', 'tunnels', () => {
      for (const { client } of this.open) client.destroySoon();
      return Promise.resolve();
    });
  }

  /** Listener of the HTTP server's `upgrade`. Never throws or rejects: every socket is joined or closed. */
  async accept(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    client.on('error', ignoreError);
    client.setNoDelay(true);
    client.setKeepAlive(true, KEEP_ALIVE_MS);
    if (head.length > 0) client.unshift(head);
    const requestId = requestIdOf(request);
    try {
      const admission = this.admit(request);
      const instance = await this.choose(admission);
      if (client.destroyed) return;
      if (instance === undefined) this.refuseSession(client, admission.service);
      else this.carry(client, instance, admission, requestId);
    } catch (error) {
      tunnels.inc({ service: 'none', outcome: 'rejected' });
      refuseSocket(client, toAppError(error), requestId);
    }
  }

  /** The order matters: what is cheap and certain first. Throws what the client shall be told. */
  private admit(request: IncomingMessage): Admission {
    const { path, query } = parseTarget(request.url ?? '');
    refuseAmbiguousHeaders(request);
    refuseOtherUpgrades(request);
    if (!this.origins.allows(request.headers.origin))
      throw new AppError('FORBIDDEN', 'this origin may not connect');
    if (this.draining) throw new AppError('UNAVAILABLE', 'this gateway is shutting down; connect again');
    const route = matchRoute(path)?.route;
    if (route?.kind !== 'socket') throw notFound('WebSocket endpoint');
    const address = clientAddress(request, this.config.TRUST_PROXY);
    const head = upgradeHead(request, path + query, address);
    const sid = route.sessionless ? undefined : sessionOf(query);
    return { service: route.service, sid, head, bucket: addressBucket(address) };
  }

  private async choose({ service, sid }: Admission): Promise<Instance | undefined> {
    const pool = this.upstreams.pool(service);
    if (sid !== undefined) return pool.bySession(sid);
    const instance = await pool.pickForHandshake();
    if (instance === undefined) throw down(service);
    return instance;
  }

  private carry(
    client: Socket,
    instance: Instance,
    { service, sid, head, bucket }: Admission,
    requestId: string,
  ): void {
    if (!this.budget.take(bucket)) {
      rateLimitHits.inc({ class: 'sockets' });
      throw new AppError('RATE_LIMITED', `more than ${this.budget.limit} open connections`, undefined, 1_000);
    }
    if (sid !== undefined) instance.arrived();
    const tunnel = new Tunnel(client, service, instance, bucket, this.budget, this.open);
    const end = (outcome: string) => {
      tunnel.gone();
      tunnels.inc({ service, outcome });
    };
    shakeHands(client, instance, head, {
      open: (upstream) => {
        tunnels.inc({ service, outcome: 'opened' });
        tunnel.opened();
        splice(client, upstream, tunnel);
      },
      refused: () => end('refused'),
      abandoned: () => end('abandoned'),
      failed: (connected) => {
        end('failed');
        if (!connected) instance.state = 'unreachable';
        if (sid !== undefined && !connected) closeWith(client, 400, UNKNOWN_SESSION);
        else refuseSocket(client, down(service), requestId);
      },
    });
  }

  private refuseSession(client: Socket, service: ServiceName): void {
    tunnels.inc({ service, outcome: 'unknown-session' });
    closeWith(client, 400, UNKNOWN_SESSION);
  }
}
