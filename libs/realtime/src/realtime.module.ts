import { Inject, Module, type DynamicModule, type FactoryProvider, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { Namespace } from '@app/contracts';
import { HealthRegistry } from '@app/platform';
import { Broadcaster } from './broadcaster';
import { EventCheck } from './event-check';
import { LiveSessions } from './live-sessions';
import { sessionGateway } from './session.gateway';
import { REALTIME_OPTIONS, type RealtimeOptions } from './realtime.options';

type Injected = Pick<FactoryProvider<Omit<RealtimeOptions, 'namespace'>>, 'inject' | 'useFactory'>;

export interface RealtimeSettings extends Injected {
  namespace: Namespace;
}

/** A fresh instance waits this long for the others before it serves alone. */
const JOIN_GRACE_MS = 5_000;

/** Serves one namespace. Its gateways are providers of the app's features; `main.ts` sets the RealtimeAdapter. */
@Module({})
export class RealtimeModule implements OnModuleInit {
  constructor(
    private readonly health: HealthRegistry,
    @Inject(REALTIME_OPTIONS) private readonly options: RealtimeOptions,
  ) {}

  /** Not ready before the other instances can be heard; but a broker that is away must not keep a service down. */
  onModuleInit(): void {
    const { channel } = this.options;
    const graceEnds = Date.now() + JOIN_GRACE_MS;
    if (!channel) return;
    this.health.register('cluster', () =>
      channel.connected || Date.now() > graceEnds
        ? Promise.resolve()
        : Promise.reject(new Error('has not joined the other instances yet')),
    );
  }

  static forRootAsync({ namespace, inject, useFactory }: RealtimeSettings): DynamicModule {
    const options: FactoryProvider<RealtimeOptions> = {
      provide: REALTIME_OPTIONS,
      inject,
      useFactory: async (...args: unknown[]) => ({ namespace, ...(await useFactory(...args)) }),
    };
    return {
      module: RealtimeModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [options, Broadcaster, EventCheck, LiveSessions, sessionGateway(namespace)],
      exports: [REALTIME_OPTIONS, Broadcaster],
    };
  }
}
