import { Controller } from '@nestjs/common';
import { getNotifications, getUnreadCount, postNotificationRead, postReadAll } from '@app/contracts';
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

  @Handles(postReadAll)
  readAll(@Input() { user }: InputOf<typeof postReadAll>) {
    return this.notifications.readAll(user.userId);
  }
}
