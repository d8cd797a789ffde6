import { Injectable } from '@nestjs/common';
import {
  badRequest,
  notFound,
  notificationDeleted,
  notificationRead,
  type ListNotificationsDto,
  type NotificationDto,
  type Page,
} from '@app/contracts';
import { Broadcaster, rooms } from '@app/realtime';
import { isBroadcastId } from '../broadcasts/broadcast';
import { OwnBroadcasts } from '../broadcasts/own-broadcasts';
import { CollapseRepository } from './collapse.repository';
import { byPosition, CollapsedList } from './collapsed-list';
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
    private readonly collapsed: CollapsedList,
    private readonly collapse: CollapseRepository,
    private readonly unread: UnreadCounts,
    private readonly broadcasts: OwnBroadcasts,
    private readonly broadcaster: Broadcaster,
  ) {}

  async list(userId: number, query: ListNotificationsDto): Promise<Page<NotificationDto>> {
    const { unreadOnly = false, collapse = true, limit = DEFAULT_LIMIT, type, cursor } = query;
    const after = cursor === undefined ? undefined : positionOf(cursor);
    const wanted = { type, limit: limit + 1, after };
    const stored = await (collapse
      ? this.collapsed.page(userId, { ...wanted, unreadOnly })
      : this.notifications.listOf(userId, { ...wanted, isRead: unreadOnly ? false : undefined }));
    const broadcasts = type === undefined || type === 'system' ? await this.broadcasts.listOf(userId) : [];
    const heard = broadcasts.filter(
      (one) => !(unreadOnly && one.is_read) && (!after || byPosition(after, one) < 0),
    );
    const found = heard.length > 0 ? [...stored, ...heard].sort(byPosition) : stored;
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(toNotificationDto),
      next: last && found.length > limit ? cursorOf(last) : null,
    };
  }

  async unreadCount(userId: number): Promise<{ count: number }> {
    const counts = await this.unread.count([userId]);
    return { count: counts.get(userId) ?? 0 };
  }

  async get(userId: number, id: string): Promise<NotificationDto> {
    const notification = await (isBroadcastId(id) ? this.broadcasts : this.notifications).find(userId, id);
    if (!notification) throw notFound('notification');
    return toNotificationDto(notification);
  }

  /** With one of a message those are read that it stands for in the list: the unread ones behind it in its conversation. */
  async read(userId: number, id: string): Promise<NotificationDto> {
    if (isBroadcastId(id)) return this.readBroadcast(userId, id);
    const at = new Date();
    const changed = await this.notifications.markRead(userId, id, at);
    const notification = changed ?? (await this.notifications.find(userId, id));
    if (!notification) throw notFound('notification');
    const behind = isOfMessage(notification) ? await this.collapse.markReadBehind(notification, at) : 0;
    if (changed || behind > 0) {
      this.devicesOf(userId).emit(notificationRead, {
        notificationId: id,
        is_read: true,
        ...(behind > 0 && { conversationId: notification.related_id ?? undefined }),
      });
      this.unread.changedEverywhere(userId);
    }
    return toNotificationDto(notification);
  }

  /** With an unread one of a message, those that it stands for go as well. */
  async delete(userId: number, id: string): Promise<void> {
    const at = new Date();
    const deleted = isBroadcastId(id)
      ? await this.broadcasts.note(userId, 'deleted', id)
      : await this.collapse.delete(userId, id, at);
    if (!deleted) throw notFound('notification');
    if (isOfMessage(deleted) && !deleted.is_read) await this.collapse.deleteBehind(deleted, at);
    this.devicesOf(userId).emit(notificationDeleted, { notificationId: id });
    if (!deleted.is_read) this.unread.changedEverywhere(userId);
  }

  async readAll(userId: number): Promise<{ count: number }> {
    const at = new Date();
    const changed = await this.notifications.markAllRead(userId, at);
    const heard = await this.broadcasts.readAll(userId, at);
    if (changed > 0 || heard) this.unread.changedEverywhere(userId);
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

  private async readBroadcast(userId: number, id: string): Promise<NotificationDto> {
    const before = await this.broadcasts.note(userId, 'read', id);
    if (!before.is_read) {
      this.devicesOf(userId).emit(notificationRead, { notificationId: id, is_read: true });
      this.unread.changedEverywhere(userId);
    }
    return toNotificationDto({ ...before, is_read: true });
  }

  private devicesOf(userId: number) {
    return this.broadcaster.to(rooms.user(userId));
  }
}

const isOfMessage = ({ type, reaction }: Notification) => type === 'message' && reaction === undefined;

const cursorOf = ({ created_at, _id }: Notification) => `${created_at.getTime()}.${_id}`;

function positionOf(cursor: string): Position {
  const [, time, id] = /^(\d{1,15})\.(.+)$/.exec(cursor) ?? [];
  if (time === undefined || id === undefined)
    throw badRequest('cursor', 'must be the page.next of the page before');
  return { created_at: new Date(Number(time)), _id: id };
}
