import type { OnGatewayConnection } from '@nestjs/websockets';
import {
  listNotifications,
  notificationsNamespace,
  readAllNotifications,
  readNotification,
  type ListNotificationsDto,
  type NotificationIdDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { NotificationsService } from './notifications.service';

@SocketGateway(notificationsNamespace)
export class NotificationsGateway implements OnGatewayConnection<ClientSocket> {
  constructor(private readonly notifications: NotificationsService) {}

  handleConnection(socket: ClientSocket): void {
    this.notifications.announceUnread([socket.data.principal.userId]);
  }

  @HandlesEvent(listNotifications)
  list(socket: ClientSocket, payload: ListNotificationsDto) {
    return this.notifications.list(callerOf(socket).userId, payload);
  }

  @HandlesEvent(readNotification)
  read(socket: ClientSocket, { notificationId }: NotificationIdDto) {
    return this.notifications.read(callerOf(socket).userId, notificationId);
  }

  @HandlesEvent(readAllNotifications)
  readAll(socket: ClientSocket) {
    return this.notifications.readAll(callerOf(socket).userId);
  }
}
