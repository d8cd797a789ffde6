import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Broadcaster } from './broadcaster';
import { EventCheck } from './event-check';
import { REALTIME_OPTIONS, type RealtimeOptions } from './realtime.options';

/** Serves one namespace. Its gateways are providers of the app's features; `main.ts` sets the RealtimeAdapter. */
@Module({})
export class RealtimeModule {
  static forRootAsync(options: Pick<FactoryProvider<RealtimeOptions>, 'inject' | 'useFactory'>): DynamicModule {
    return {
      module: RealtimeModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [{ provide: REALTIME_OPTIONS, ...options }, Broadcaster, EventCheck],
      exports: [REALTIME_OPTIONS, Broadcaster],
    };
  }
}
