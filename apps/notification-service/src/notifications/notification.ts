import type { NotificationDto, NotificationType } from '@app/contracts';

/** A notification as it is stored. */
export interface Notification {
  /** `<message id>:<user id>`: the same event delivered twice cannot become two notifications. */
  _id: string;
  user_id: number;
  event_id: string;
  type: NotificationType;
  title: string;
  content: string;
  related_id: string | null;
  message_id: string | null;
  is_read: boolean;
  created_at: Date;
  updated_at: Date;
}

/** As clients see it. */
export function toNotificationDto(notification: Notification): NotificationDto {
  const { event_id: _internal, created_at, updated_at, ...rest } = notification;
  return { ...rest, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
}
