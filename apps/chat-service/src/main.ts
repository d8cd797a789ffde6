import { setFlagsFromString } from 'node:v8';
import { runService } from '@app/platform';
import { AppModule } from './app.module';
import { loadChatConfig } from './config';
import { connectTransports } from './transports';

// A collection of the old generation takes cores from every process of the machine for 50 ms, and acks with them. It may
// grow to five times of what is in use before the next one (V8's default: about twice), which makes them rare.
setFlagsFromString('--heap-growing-percent=400');

runService(() => {
  const config = loadChatConfig();
  return {
    module: AppModule.forRoot(config),
    port: config.CHAT_SERVICE_PORT,
    trustProxy: config.TRUST_PROXY,
    requestTimeoutMs: config.REQUEST_TIMEOUT,
    configure: connectTransports,
  };
});
