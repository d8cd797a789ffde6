import { Module } from '@nestjs/common';
import { MissedDepartures } from '@app/messaging';
import { Attention } from './delivery/attention';
import { ConversationEventsConsumer } from './delivery/conversation-events.consumer';
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
import { PreferencesService } from './preferences/preferences.service';

/** The features of the notification service: what a user has been told (notifications), how it gets there (delivery), and what
 * becomes of it when an account is deleted (departures). */
@Module({
  controllers: [
    PreferencesController,
    NotificationsController,
    MessageEventsConsumer,
    ContactEventsConsumer,
    ConversationEventsConsumer,
    SecurityEventsConsumer,
    DeparturesConsumer,
    ExportsController,
  ],
  providers: [
    Attention,
    CollapsedList,
    CollapseRepository,
    PreferencesRepository,
    PreferencesService,
    DepartedUserRepository,
    DeparturesService,
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
