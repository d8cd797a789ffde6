import { Module } from '@nestjs/common';
import { BaseConfig, loadConfig, PlatformModule, runService } from '@app/platform';
import type { Connection } from 'mongoose';
import { DATABASE, MongodbModule } from '../../src/index';

// Runs as a process of its own: a service as they all are, whose driver is of no use any more as soon as it is told so.

class StuckConfig extends BaseConfig {}

@Module({})
class StuckModule {}

const [, , uri = ''] = process.argv;

runService(() => ({
  module: {
    module: StuckModule,
    imports: [
      PlatformModule.forRoot({
        ...{ service: 'stuck', port: 0, routes: [] },
        config: loadConfig(StuckConfig, { LOG_LEVEL: 'silent' }),
      }),
      MongodbModule.forRootAsync({
        inject: [StuckConfig],
        useFactory: () => ({ uri, maxPoolSize: 2, watch: { everyMs: 50, patienceMs: 200 } }),
      }),
    ],
  },
  port: 0,
  configure: (app) => {
    process.once('message', () => void app.get<Connection>(DATABASE).getClient().close());
    process.send?.('ready');
  },
}));
