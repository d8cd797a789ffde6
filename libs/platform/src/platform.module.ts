import { createSecretKey } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import type { Route } from '@app/contracts';
import { AccessGuard, AccessStrategy } from './auth/access.guard';
import { AccessTokens } from './auth/access-tokens';
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
}

/** Everything that each process has: typed config, logs, health, metrics, token checks, error answers, ordered shutdown. */
@Module({})
export class PlatformModule {
  static forRoot<C extends BaseConfig>({ service, config, port, routes }: PlatformOptions<C>): DynamicModule {
    const info: ProcessInfo = {
      service,
      instance: config.INSTANCE_ID || `${service}-${port}`,
      accessKey: createSecretKey(config.JWT_ACCESS_SECRET, 'utf8'),
      production: config.isProduction,
    };
    const logger = Logger.create({ service, instance: info.instance, level: config.LOG_LEVEL });
    return {
      module: PlatformModule,
      global: true,
      imports: [DiscoveryModule, JwtModule.register({ secretOrKeyProvider: () => info.accessKey })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: PROCESS_INFO, useValue: info },
        { provide: config.constructor, useValue: config },
        { provide: Logger, useValue: logger },
        { provide: SERVED_ROUTES, useValue: routes },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: HttpErrorFilter },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        AccessTokens,
        AccessStrategy,
        HealthRegistry,
        RouteCheck,
        Shutdown,
      ],
      exports: [PROCESS_INFO, config.constructor as never, Logger, AccessTokens, HealthRegistry, Shutdown],
    };
  }
}
