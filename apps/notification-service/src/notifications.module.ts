import { Module } from '@nestjs/common';
import { MissedDepartures } from '@app/messaging';
import { Attention } from './delivery/attention';
import { ConversationEventsConsumer } from './delivery/conversation-events.consumer';
import { BroadcastRepository } from './broadcasts/broadcast.repository';
import { BroadcastsController } from './broadcasts/broadcasts.controller';
import { BroadcastsService } from './broadcasts/broadcasts.service';
import { OwnBroadcasts } from './broadcasts/own-broadcasts';
import { ContactEventsConsumer } from './delivery/contact-events.consumer';
import { DeliveryService } from './delivery/delivery.service';
import { LivePush } from './delivery/live-push';
import { MessageEventsConsumer } from './delivery/message-events.consumer';
import { MessageTraceRepository } from './delivery/message-trace.repository';
import { MessageTraces } from './delivery/message-traces';
import { SecurityEventsConsumer } from './delivery/security-events.consumer';
import { DepartedUserRepository } from './departures/departed-user.repository';
import { DeparturesConsumer } from './departures/departures.consumer';
import { DeparturesService } from './departures/departures.service';
import { DigestRepository } from './digests/digest.repository';
import { DigestsController } from './digests/digests.controller';
import { DigestsService } from './digests/digests.service';
import { UnsubscribeController } from './digests/unsubscribe.controller';
import { UnsubscribeTokens } from './digests/unsubscribe-tokens';
import { ExportsController } from './exports/exports.controller';
import { NotificationErasureRepository } from './notifications/notification-erasure.repository';
import { NotificationRepository } from './notifications/notification.repository';
import { NotificationsController } from './notifications/notifications.controller';
import { NotificationsGateway } from './notifications/notifications.gateway';
import { NotificationsService } from './notifications/notifications.service';
import { CollapseRepository } from './notifications/collapse.repository';
import { CollapsedList } from './notifications/collapsed-list';
import { UnreadCounts } from './notifications/unread-counts';
import { PreferencesController } from './preferences/preferences.controller';
import { PreferencesRepository } from './preferences/preferences.repository';
import { PushClaimRepository } from './push/push-claim.repository';
import { PushLogRepository } from './push/push-log.repository';
import { PushLog } from './push/push-log.service';
import { PushPlan } from './push/push-plan';
import { PushQueue } from './push/push-queue';
import { PushTransports } from './push/push-transports';
import { PushService } from './push/push.service';
import { SubscriptionRepository } from './push/subscription.repository';
import { SubscriptionsController } from './push/subscriptions.controller';
import { SubscriptionsService } from './push/subscriptions.service';
import { PreferencesService } from './preferences/preferences.service';

/** The features of the notification service: what a user has been told (notifications), how it gets there (delivery), and what
 * becomes of it when an account is deleted (departures). */
@Module({
  controllers: [
    BroadcastsController,
    PreferencesController,
    SubscriptionsController,
    NotificationsController,
    MessageEventsConsumer,
    ContactEventsConsumer,
    ConversationEventsConsumer,
    SecurityEventsConsumer,
    DeparturesConsumer,
    DigestsController,
    UnsubscribeController,
    ExportsController,
  ],
  providers: [
    Attention,
    BroadcastRepository,
    BroadcastsService,
    OwnBroadcasts,
    CollapsedList,
    CollapseRepository,
    PreferencesRepository,
    PreferencesService,
    PushClaimRepository,
    PushLog,
    PushLogRepository,
    PushPlan,
    PushQueue,
    PushService,
    PushTransports,
    SubscriptionRepository,
    SubscriptionsService,
    DepartedUserRepository,
    DeparturesService,
    DigestRepository,
    DigestsService,
    UnsubscribeTokens,
    MissedDepartures,
    NotificationErasureRepository,
    DeliveryService,
    LivePush,
    MessageTraceRepository,
    MessageTraces,
    NotificationRepository,
    NotificationsGateway,
    NotificationsService,
    UnreadCounts,
  ],
})
export class NotificationsModule {}
