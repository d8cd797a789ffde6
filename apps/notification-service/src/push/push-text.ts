import { createHash } from 'node:crypto';
import type { Notification } from '../notifications/notification';
import type { PushMessage } from './push-transport';

/** What a device shows. Without content it says that there is something, not from whom, where or what. */
export function pushOf(notification: Notification, withContent: boolean, ttl: number): PushMessage {
  const { _id, type, title, content, related_id } = notification;
  const collapse = createHash('sha256')
    .update(withContent ? `${type}:${related_id ?? _id}` : 'private')
    .digest('base64url')
    .slice(0, 32);
  if (!withContent)
    return { title: 'New notification', body: '', data: { notificationId: _id }, collapse, ttl };
  const data = { notificationId: _id, type, ...(related_id !== null && { relatedId: related_id }) };
  return { title, body: content, data, collapse, ttl };
}
