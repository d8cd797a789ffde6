import { Injectable } from '@nestjs/common';
import {
  badRequest,
  notFound,
  notificationRead,
  type ListNotificationsDto,
  type NotificationDto,
  type Page,
} from '@app/contracts';
import { Broadcaster, rooms } from '@app/realtime';
import { toNotificationDto, type Notification } from './notification';
import { NotificationErasureRepository } from './notification-erasure.repository';
import { NotificationRepository, type Position } from './notification.repository';
import { UnreadCounts } from './unread-counts';

const DEFAULT_LIMIT = 20;

/** What users may do with their own notifications. One of somebody else's is answered like one that does not exist. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly notifications: NotificationRepository,
    private readonly erasure: NotificationErasureRepository,
    private readonly unread: UnreadCounts,
    private readonly broadcaster: Broadcaster,
  ) {}

  async list(userId: number, query: ListNotificationsDto): Promise<Page<NotificationDto>> {
    const { unreadOnly = false, limit = DEFAULT_LIMIT, cursor } = query;
    const after = cursor === undefined ? undefined : positionOf(cursor);
    const found = await this.notifications.listOf(userId, unreadOnly, limit + 1, after);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(toNotificationDto),
      next: last && found.length > limit ? cursorOf(last) : null,
    };
  }

  async unreadCount(userId: number): Promise<{ count: number }> {
    const counts = await this.notifications.countUnread([userId]);
    return { count: counts.get(userId) ?? 0 };
  }

  async read(userId: number, id: string): Promise<NotificationDto> {
    const changed = await this.notifications.markRead(userId, id, new Date());
    const notification = changed ?? (await this.notifications.findOf(userId, id));
    if (!notification) throw notFound('notification');
    if (changed) {
      this.broadcaster.to(rooms.user(userId)).emit(notificationRead, { notificationId: id, is_read: true });
      this.unread.changedEverywhere(userId);
    }
    return toNotificationDto(notification);
  }

  async readAll(userId: number): Promise<{ count: number }> {
    const changed = await this.notifications.markAllRead(userId, new Date());
    if (changed > 0) this.unread.changedEverywhere(userId);
    return this.unreadCount(userId);
  }

  /** Stores those that are new and says which they are. */
  async store(notifications: Notification[]): Promise<boolean[]> {
    return this.notifications.insertNew(notifications);
  }

  /** How many this has removed. */
  removeAllOf(userId: number): Promise<number> {
    return this.erasure.removeAllOf(userId);
  }

  /** Takes the user's name and words out of the notifications that others have. */
  removeActor(userId: number): Promise<void> {
    return this.erasure.removeActor(userId);
  }

  async remove(notifications: Notification[]): Promise<void> {
    if (notifications.length > 0) await this.erasure.remove(notifications.map(({ _id }) => _id));
  }

  async removeActorFrom(notifications: Notification[]): Promise<void> {
    if (notifications.length > 0) await this.erasure.removeActorFrom(notifications.map(({ _id }) => _id));
  }

  /** The number of unread notifications of these users may have changed. */
  announceUnread(userIds: number[]): void {
    this.unread.changed(userIds);
  }
}

const cursorOf = ({ created_at, _id }: Notification) => `${created_at.getTime()}.${_id}`;

function positionOf(cursor: string): Position {
  const [, time, id] = /^(\d{1,15})\.(.+)$/.exec(cursor) ?? [];
  if (time === undefined || id === undefined)
    throw badRequest('cursor', 'must be the page.next of the page before');
  return { created_at: new Date(Number(time)), _id: id };
}
