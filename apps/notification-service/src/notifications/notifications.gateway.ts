import type { OnGatewayConnection } from '@nestjs/websockets';
import {
  deleteNotification,
  getNotification,
  listNotifications,
  notificationsNamespace,
  pingNotifications,
  readAllNotifications,
  readNotification,
  type ListNotificationsDto,
  type NotificationIdDto,
  type PingDto,
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

  @HandlesEvent(getNotification)
  get(socket: ClientSocket, { notificationId }: NotificationIdDto) {
    return this.notifications.get(callerOf(socket).userId, notificationId);
  }

  @HandlesEvent(readNotification)
  read(socket: ClientSocket, { notificationId }: NotificationIdDto) {
    return this.notifications.read(callerOf(socket).userId, notificationId);
  }

  @HandlesEvent(readAllNotifications)
  readAll(socket: ClientSocket) {
    return this.notifications.readAll(callerOf(socket).userId);
  }

  @HandlesEvent(deleteNotification)
  async delete(socket: ClientSocket, { notificationId }: NotificationIdDto) {
    await this.notifications.delete(callerOf(socket).userId, notificationId);
    return {};
  }

  @HandlesEvent(pingNotifications)
  pong(_socket: ClientSocket, { echo }: PingDto) {
    return Promise.resolve({ ...(echo !== undefined && { echo }), at: new Date().toISOString() });
  }
}
