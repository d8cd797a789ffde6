import { Module, type DynamicModule } from '@nestjs/common';
import {
  chatNamespace,
  contactAccepted,
  contactRemoved,
  privacyUpdated,
  routes,
  userBlockedEvent,
  userDeletedEvent,
  userUnblockedEvent,
} from '@app/contracts';
import { ClusterBus, MessagingModule, SessionRevocationsModule, type MessagingOptions } from '@app/messaging';
import { MongodbModule } from '@app/mongodb';
import { PlatformModule } from '@app/platform';
import { RealtimeModule } from '@app/realtime';
import { ChatModule } from './chat.module';
import { ChatConfig } from './config';
import { MessageLogModule } from './log/message-log.module';

const SERVICE = 'chat-service';
/** The routes of the contracts that are served here. */
const TAGS = ['internal-chat', 'conversations', 'messages', 'files'];

@Module({})
export class AppModule {
  /** `messaging` lets tests that share a broker have queues of their own. */
  static forRoot(config: ChatConfig, messaging: Partial<MessagingOptions> = {}): DynamicModule {
    const port = config.CHAT_SERVICE_PORT;
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot({
          service: SERVICE,
          config,
          port,
          routes: routes.filter(({ tag }) => TAGS.includes(tag)),
        }),
        MessagingModule.forRoot({
          url: config.RABBITMQ_URL,
          service: SERVICE,
          instance: config.INSTANCE_ID || `${SERVICE}-${port}`,
          consumes: [
            contactAccepted,
            contactRemoved,
            privacyUpdated,
            userBlockedEvent,
            userDeletedEvent,
            userUnblockedEvent,
          ],
          ...messaging,
        }),
        RealtimeModule.forRootAsync({
          namespace: chatNamespace,
          inject: [ClusterBus],
          useFactory: (channel: ClusterBus) => ({
            allowedOrigins: config.ALLOWED_ORIGINS,
            maxFrameBytes: config.MAX_FRAME_BYTES,
            backlog: {
              bytes: config.MAX_BACKLOG_BYTES,
              volatileBytes: config.VOLATILE_BACKLOG_BYTES,
              volatilePackets: config.VOLATILE_BACKLOG_PACKETS,
            },
            commandDeadlineMs: config.COMMAND_DEADLINE_MS,
            commandRateMax: config.COMMAND_RATE_MAX,
            heartbeatMs: config.WS_HEARTBEAT_MS,
            channel,
          }),
        }),
        SessionRevocationsModule.forRoot(config),
        MongodbModule.forRootAsync({
          inject: [ChatConfig],
          useFactory: (settings: ChatConfig) => ({ uri: settings.databaseUrl, maxPoolSize: 50 }),
        }),
        MessageLogModule,
        ChatModule,
      ],
    };
  }
}
