import { runService } from '@app/platform';
import { RealtimeAdapter } from '@app/realtime';
import { AppModule } from './app.module';
import { loadChatConfig } from './config';

runService(() => {
  const config = loadChatConfig();
  return {
    module: AppModule.forRoot(config),
    port: config.CHAT_SERVICE_PORT,
    trustProxy: config.TRUST_PROXY,
    configure: (app) => {
      app.useWebSocketAdapter(new RealtimeAdapter(app));
    },
  };
});
