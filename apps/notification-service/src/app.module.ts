import { Module, type DynamicModule } from '@nestjs/common';
import {
  contactAccepted,
  contactRequested,
  groupInviteCreatedEvent,
  messageCreatedEvent,
  messageEditedEvent,
  messageReactedEvent,
  messageRemovedEvent,
  notificationsNamespace,
  requestAcceptedEvent,
  requestCreatedEvent,
  requestDeclinedEvent,
  routes,
  securityNoticed,
  sessionRevoked,
  systemBroadcastEvent,
  userDeletedEvent,
} from '@app/contracts';
import { ClusterBus, MessagingModule, SessionRevocationsModule, type MessagingOptions } from '@app/messaging';
import { MongodbModule } from '@app/mongodb';
import { PlatformModule } from '@app/platform';
import { RealtimeModule } from '@app/realtime';
import { NotificationConfig } from './config';
import { NotificationsModule } from './notifications.module';

const SERVICE = 'notification-service';
/** The routes of the contracts that are served here. */
const TAGS = ['notifications', 'internal-notifications'];

@Module({})
export class AppModule {
  /** `messaging` lets tests that share a broker have queues of their own. */
  static forRoot(config: NotificationConfig, messaging: Partial<MessagingOptions> = {}): DynamicModule {
    const port = config.NOTIFICATION_SERVICE_PORT;
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
            messageCreatedEvent,
            messageEditedEvent,
            messageRemovedEvent,
            messageReactedEvent,
            contactRequested,
            contactAccepted,
            groupInviteCreatedEvent,
            requestCreatedEvent,
            requestAcceptedEvent,
            requestDeclinedEvent,
            securityNoticed,
            systemBroadcastEvent,
            sessionRevoked,
            userDeletedEvent,
          ],
          requiredAtBoot: true,
          ...messaging,
        }),
        RealtimeModule.forRootAsync({
          namespace: notificationsNamespace,
          inject: [ClusterBus],
          useFactory: (channel: ClusterBus) => ({
            allowedOrigins: config.ALLOWED_ORIGINS,
            maxFrameBytes: config.MAX_FRAME_BYTES,
            backlog: { bytes: config.MAX_BACKLOG_BYTES },
            commandDeadlineMs: config.COMMAND_DEADLINE_MS,
            commandRateMax: config.COMMAND_RATE_MAX,
            channel,
          }),
        }),
        SessionRevocationsModule.forRoot(config),
        MongodbModule.forRootAsync({
          inject: [NotificationConfig],
          useFactory: (settings: NotificationConfig) => ({ uri: settings.databaseUrl, maxPoolSize: 20 }),
        }),
        NotificationsModule,
      ],
    };
  }
}
