import { clientEvent, one, pageOf, route, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  ListNotificationsDto,
  NotificationCountDto,
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

export const listNotifications = clientEvent('notification:list', {
  summary: "The caller's notifications, newest first.",
  payload: ListNotificationsDto,
  ack: pageOf(NotificationDto),
  example: { payload: { unreadOnly: true, limit: 20 }, ack: [notificationExample] },
});

export const readNotification = clientEvent('notification:read', {
  summary: 'Mark one notification as read.',
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
  summary: "The caller's notifications, newest first.",
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
  summary: 'Mark one notification as read.',
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
