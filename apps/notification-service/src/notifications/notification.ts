import type { NotificationDto, NotificationType } from '@app/contracts';

/** A notification as it is stored. */
export interface Notification {
  /** What happened and to whom, such as `<message id>:<user id>`: the same event delivered twice cannot become two notifications. */
  _id: string;
  user_id: number;
  event_id: string;
  type: NotificationType;
  /** Who caused it; stored since accounts can be deleted, so that their names can be. */
  actor_id: number | null;
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
  const { event_id: _internal, actor_id, created_at, updated_at, ...rest } = notification;
  return {
    ...rest,
    actor_id: actor_id ?? null,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}

/** What others' notifications say when the one who caused them is gone. */
export const NOBODY = { title: 'Deleted user', content: '' } as const;

export const withoutActor = (notification: Notification): Notification => ({ ...notification, ...NOBODY });
