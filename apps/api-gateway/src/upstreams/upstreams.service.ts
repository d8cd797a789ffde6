import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry, Logger } from '@app/platform';
import { GatewayConfig } from '../config';
import { readyInstances } from '../metrics';
import { SERVICES, type ServiceName } from '../routes';
import { Pool } from './pool';

const POLL_MS = 1_000;

/** The pools of all services, kept up to date by asking their instances every second. */
@Injectable()
export class UpstreamsService implements OnModuleInit, OnApplicationShutdown {
  private readonly pools: Record<ServiceName, Pool>;
  private readonly logger: Logger;
  private readonly lastReady = new Map<ServiceName, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(config: GatewayConfig, health: HealthRegistry, logger: Logger) {
    this.logger = logger.child({ context: 'Upstreams' });
    this.pools = {
      'user-service': new Pool('user-service', config.USER_SERVICE_URL),
      'chat-service': new Pool('chat-service', config.CHAT_SERVICE_URL),
      'notification-service': new Pool('notification-service', config.NOTIFICATION_SERVICE_URL),
    };
    for (const service of SERVICES) health.register(service, () => this.checkReady(service));
  }

  async onModuleInit(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => void this.refresh(), POLL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  pool(service: ServiceName): Pool {
    return this.pools[service];
  }

  private async refresh(): Promise<void> {
    await Promise.all(SERVICES.map((service) => this.pools[service].refresh()));
    for (const service of SERVICES) this.note(service);
  }

  /** One log line per change, not per poll. */
  private note(service: ServiceName): void {
    const { readyCount, instances } = this.pools[service];
    readyInstances.set({ service }, readyCount);
    const before = this.lastReady.get(service);
    if (before === readyCount) return;
    this.lastReady.set(service, readyCount);
    // At the start all are still on their way: no cause for concern.
    this.logger[readyCount === 0 && before !== undefined ? 'warn' : 'info'](
      `${service}: ${readyCount} of ${instances.length} ready`,
      { upstream: service, readyCount },
    );
  }

  private async checkReady(service: ServiceName): Promise<void> {
    const pool = this.pools[service];
    if (pool.readyCount === 0) await pool.refresh();
    if (pool.readyCount === 0) throw new Error(`no instance of ${service} is ready`);
  }
}
