import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule } from '@app/platform';
import type { GatewayConfig } from './config';
import { DocsModule } from './docs/docs.module';
import { EdgeModule } from './edge/edge.module';
import { TunnelModule } from './tunnel/tunnel.module';

@Module({})
export class AppModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    const platform = PlatformModule.forRoot({
      service: 'api-gateway',
      config,
      port: config.API_GATEWAY_PORT,
      routes: [],
    });
    return { module: AppModule, imports: [platform, EdgeModule, TunnelModule, DocsModule] };
  }
}
