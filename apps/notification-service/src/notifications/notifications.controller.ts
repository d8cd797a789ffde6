import { Controller } from '@nestjs/common';
import {
  getNotificationById,
  getNotifications,
  getUnreadCount,
  postNotificationRead,
  postReadAll,
  removeNotification,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { NotificationsService } from './notifications.service';

@Controller()
export class NotificationsController {
  constructor(private readonly notifications: NotificationsService) {}

  @Handles(getNotifications)
  list(@Input() { user, query }: InputOf<typeof getNotifications>) {
    return this.notifications.list(user.userId, query);
  }

  @Handles(getUnreadCount)
  unreadCount(@Input() { user }: InputOf<typeof getUnreadCount>) {
    return this.notifications.unreadCount(user.userId);
  }

  @Handles(postNotificationRead)
  read(@Input() { user, params }: InputOf<typeof postNotificationRead>) {
    return this.notifications.read(user.userId, params.id);
  }

  @Handles(getNotificationById)
  get(@Input() { user, params }: InputOf<typeof getNotificationById>) {
    return this.notifications.get(user.userId, params.id);
  }

  @Handles(removeNotification)
  async remove(@Input() { user, params }: InputOf<typeof removeNotification>) {
    await this.notifications.delete(user.userId, params.id);
    return {};
  }

  @Handles(postReadAll)
  readAll(@Input() { user }: InputOf<typeof postReadAll>) {
    return this.notifications.readAll(user.userId);
  }
}
