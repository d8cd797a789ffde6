import type { NestExpressApplication } from '@nestjs/platform-express';
import { runService, Shutdown } from '@app/platform';
import { AppModule } from './app.module';
import { loadUserConfig } from './config';
import { loadKeyPairs } from './keys/key-pairs';

runService(async () => {
  const config = loadUserConfig();
  return {
    module: AppModule.forRoot(config, await loadKeyPairs(config)),
    port: config.USER_SERVICE_PORT,
    trustProxy: config.TRUST_PROXY,
    configure: stopListeningFirst,
  };
});

/** Nothing here keeps a connection for long: callers go elsewhere at once, and what is being answered ends. */
function stopListeningFirst(app: NestExpressApplication): void {
  app.get(Shutdown).register('stop-accepting', 'http', () => {
    app.getHttpServer().close();
    return Promise.resolve();
  });
}
