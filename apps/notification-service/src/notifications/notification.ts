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
  /** About a message that names the user, or everybody. */
  mentioned?: true;
  /** Number of the change of the message since which it says what it says. */
  message_ev?: number;
  is_read: boolean;
  created_at: Date;
  updated_at: Date;
}

/** As clients see it. */
export function toNotificationDto(notification: Notification): NotificationDto {
  const { event_id: _event, message_ev: _ev, actor_id, created_at, updated_at, ...rest } = notification;
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

/** A message after a change. */
export interface LaterMessage {
  message_id: string;
  /** Number of the change. */
  ev: number;
  /** Null: it was deleted. */
  content: string | null;
}

/** What the change makes of a notification of the message. */
export const changesTo = ({ ev, content }: LaterMessage) =>
  content === null ? { title: 'Deleted message', content: '', message_ev: ev } : { content, message_ev: ev };

export const asItIsNow = (notification: Notification, later: LaterMessage): Notification =>
  (notification.message_ev ?? 0) < later.ev ? { ...notification, ...changesTo(later) } : notification;
