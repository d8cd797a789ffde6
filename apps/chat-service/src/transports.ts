import type { NestExpressApplication } from '@nestjs/platform-express';
import { ReliableRmqServer } from '@app/messaging';
import { RealtimeAdapter } from '@app/realtime';

/** Joins sockets and bus to the HTTP app. Consuming starts when everything that a handler needs has been initialised. */
export async function connectTransports(app: NestExpressApplication): Promise<void> {
  app.useWebSocketAdapter(new RealtimeAdapter(app));
  app.connectMicroservice({ strategy: app.get(ReliableRmqServer) });
  await app.init();
  await app.startAllMicroservices();
}
