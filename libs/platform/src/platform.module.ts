import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import type { Route } from '@app/contracts';
import { AccessGuard } from './auth/access.guard';
import { AccessTokens, type TokenSettings } from './auth/access-tokens';
import { RemoteKeys } from './auth/remote-keys';
import { RevokedSessions } from './auth/revoked-sessions';
import { SharedSecret, type TokenKeys } from './auth/token-keys';
import type { BaseConfig } from './config/base.config';
import { HealthController, HealthRegistry } from './health/health';
import { EnvelopeInterceptor } from './http/envelope.interceptor';
import { HttpErrorFilter } from './http/error.filter';
import { RouteCheck, SERVED_ROUTES } from './http/route-check';
import { Logger } from './logging/logger';
import { MetricsController } from './metrics/metrics';
import { PROCESS_INFO, type ProcessInfo } from './process-info';
import { Shutdown } from './shutdown';

export interface PlatformOptions<C extends BaseConfig> {
  service: string;
  config: C;
  port: number;
  /** The route contracts that this app must handle, each exactly once. */
  routes: Route<never, never, never>[];
  /** The keys of access tokens, in the service that makes them; the others derive theirs from the config. */
  keys?: TokenKeys;
}

/** Everything that each process has: typed config, logs, health, metrics, token checks, error answers, ordered shutdown. */
@Module({})
export class PlatformModule {
  static forRoot<C extends BaseConfig>({
    service,
    config,
    port,
    routes,
    keys,
  }: PlatformOptions<C>): DynamicModule {
    const info: ProcessInfo = {
      service,
      instance: config.INSTANCE_ID || `${service}-${port}`,
      production: config.isProduction,
    };
    const revoked = new RevokedSessions();
    const tokens = new AccessTokens(tokenSettings(config, keys), revoked);
    const logger = Logger.create({ service, instance: info.instance, level: config.LOG_LEVEL });
    return {
      module: PlatformModule,
      global: true,
      imports: [DiscoveryModule],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: PROCESS_INFO, useValue: info },
        { provide: config.constructor, useValue: config },
        { provide: Logger, useValue: logger },
        { provide: SERVED_ROUTES, useValue: routes },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: HttpErrorFilter },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: AccessTokens, useValue: tokens },
        { provide: RevokedSessions, useValue: revoked },
        HealthRegistry,
        RouteCheck,
        Shutdown,
      ],
      exports: [
        PROCESS_INFO,
        config.constructor as never,
        Logger,
        AccessTokens,
        RevokedSessions,
        HealthRegistry,
        Shutdown,
      ],
    };
  }
}

const tokenSettings = (config: BaseConfig, keys?: TokenKeys): TokenSettings => ({
  issuer: config.JWT_ISSUER,
  audience: config.JWT_AUDIENCE,
  serviceSecret: config.JWT_ACCESS_SECRET,
  keys:
    keys ??
    (config.JWT_ALG === 'HS256'
      ? new SharedSecret(config.JWT_ACCESS_SECRET)
      : new RemoteKeys(config.JWT_ALG, config.USER_SERVICE_URL)),
});
