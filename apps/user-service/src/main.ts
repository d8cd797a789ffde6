import { runService } from '@app/platform';
import { AppModule } from './app.module';
import { loadUserConfig } from './config';

runService(() => {
  const config = loadUserConfig();
  return {
    module: AppModule.forRoot(config),
    port: config.USER_SERVICE_PORT,
    trustProxy: config.TRUST_PROXY,
  };
});
