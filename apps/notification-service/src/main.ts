import { runService } from '@app/platform';
import { AppModule } from './app.module';
import { loadNotificationConfig } from './config';
import { connectTransports } from './transports';

runService(() => {
  const config = loadNotificationConfig();
  return {
    module: AppModule.forRoot(config),
    port: config.NOTIFICATION_SERVICE_PORT,
    trustProxy: config.TRUST_PROXY,
    configure: connectTransports,
  };
});
