import { clientEvent, one, pageOf, route, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { PingDto, PongDto } from '../ping/ping.contracts';
import {
  ListNotificationsDto,
  NotificationCountDto,
  NotificationDeletedDto,
  NotificationDto,
  NotificationIdDto,
  NotificationPathDto,
  NotificationReadDto,
} from './notification.dto';

export const notificationExample: NotificationDto = {
  _id: '6650f0c2a4b1c2d3e4f50617:2',
  user_id: 2,
  type: 'message',
  actor_id: 1,
  title: 'alice in Team A',
  content: 'Hello!',
  related_id: '6650f0b1a4b1c2d3e4f50601',
  message_id: '6650f0c2a4b1c2d3e4f50617',
  is_read: false,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};
const notificationId = notificationExample._id;

const LIST =
  "The caller's notifications, newest first. Unread messages of a conversation are one entry with a count.";
const READ =
  'Mark one notification as read; of a message, also those of the messages before it in its conversation.';
const DELETE = 'Remove a notification from the list, and with one of a message those that it stands for.';

export const listNotifications = clientEvent('notification:list', {
  summary: LIST,
  payload: ListNotificationsDto,
  ack: pageOf(NotificationDto),
  example: { payload: { unreadOnly: true, limit: 20 }, ack: [notificationExample] },
});

export const getNotification = clientEvent('notification:get', {
  summary: "One of the caller's notifications.",
  payload: NotificationIdDto,
  ack: one(NotificationDto),
  example: { payload: { notificationId }, ack: notificationExample },
});

export const readNotification = clientEvent('notification:read', {
  summary: READ,
  payload: NotificationIdDto,
  ack: one(NotificationDto),
  example: { payload: { notificationId }, ack: { ...notificationExample, is_read: true } },
});

export const readAllNotifications = clientEvent('notification:read-all', {
  summary: 'Mark all notifications as read.',
  payload: EmptyDto,
  ack: one(NotificationCountDto),
  example: { payload: {}, ack: { count: 0 } },
});

export const deleteNotification = clientEvent('notification:delete', {
  summary: DELETE,
  payload: NotificationIdDto,
  ack: one(EmptyDto),
  example: { payload: { notificationId }, ack: {} },
});

export const pingNotifications = clientEvent('notification:ping', {
  summary: 'Is anybody there, how far away, and what time is it.',
  payload: PingDto,
  ack: one(PongDto),
  example: { payload: { echo: 'a' }, ack: { echo: 'a', at: '2026-01-01T00:00:00.000Z' } },
});

export const notificationDeleted = serverEvent('notification:deleted', {
  summary: 'A notification was removed on one of the devices.',
  payload: NotificationDeletedDto,
  example: { notificationId },
});

export const notificationCreated = serverEvent('notification:created', {
  summary: "A new notification, to all of the user's devices.",
  payload: NotificationDto,
  example: notificationExample,
});

export const notificationRead = serverEvent('notification:read', {
  summary: 'A notification was read on one of the devices.',
  payload: NotificationReadDto,
  example: { notificationId, is_read: true },
});

export const notificationCount = serverEvent('notification:count', {
  summary: 'How many notifications are unread: on connect and at every change.',
  payload: NotificationCountDto,
  example: { count: 3 },
});

export const getNotifications = route('GET /notifications', {
  tag: 'notifications',
  summary: LIST,
  access: 'user',
  query: ListNotificationsDto,
  result: pageOf(NotificationDto),
  example: { result: [notificationExample] },
});

export const getUnreadCount = route('GET /notifications/unread/count', {
  tag: 'notifications',
  summary: 'How many notifications are unread.',
  access: 'user',
  result: one(NotificationCountDto),
  example: { result: { count: 3 } },
});

export const postNotificationRead = route('POST /notifications/:id/read', {
  tag: 'notifications',
  summary: READ,
  access: 'user',
  params: NotificationPathDto,
  result: one(NotificationDto),
  example: { result: { ...notificationExample, is_read: true } },
});

export const postReadAll = route('POST /notifications/read-all', {
  tag: 'notifications',
  summary: 'Mark all notifications as read.',
  access: 'user',
  result: one(NotificationCountDto),
  example: { result: { count: 0 } },
});

export const getNotificationById = route('GET /notifications/:id', {
  tag: 'notifications',
  summary: "One of the caller's notifications.",
  access: 'user',
  params: NotificationPathDto,
  result: one(NotificationDto),
  example: { result: notificationExample },
});

export const removeNotification = route('DELETE /notifications/:id', {
  tag: 'notifications',
  summary: DELETE,
  access: 'user',
  params: NotificationPathDto,
  result: one(EmptyDto),
  example: { result: {} },
});
