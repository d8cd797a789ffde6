import { Module } from '@nestjs/common';
import { DeliveryService } from './delivery/delivery.service';
import { LivePush } from './delivery/live-push';
import { MessageEventsConsumer } from './delivery/message-events.consumer';
import { NotificationRepository } from './notifications/notification.repository';
import { NotificationsController } from './notifications/notifications.controller';
import { NotificationsGateway } from './notifications/notifications.gateway';
import { NotificationsService } from './notifications/notifications.service';
import { UnreadCounts } from './notifications/unread-counts';

/** The features of the notification service: what a user has been told (notifications), and how it gets there (delivery). */
@Module({
  controllers: [NotificationsController, MessageEventsConsumer],
  providers: [
    DeliveryService,
    LivePush,
    NotificationRepository,
    NotificationsGateway,
    NotificationsService,
    UnreadCounts,
  ],
})
export class NotificationsModule {}
