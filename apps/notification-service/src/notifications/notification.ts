import type { NotificationDto, NotificationType } from '@app/contracts';

export type HiddenReason = 'reading' | 'muted' | 'preferences' | 'deleted';

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
  /** About a message that answers one of the user. */
  replied?: true;
  /** About a reaction to a message of the user. */
  reaction?: string;
  /** Came when the user did not want to be disturbed. */
  quiet?: true;
  /**
   * Why the user is not told. Such a one is there so that each event has one notification for each recipient, whatever came
   * of it: it stands in no list and counts nowhere.
   */
  hidden?: HiddenReason;
  hidden_at?: Date;
  /** When somebody else may begin to push it; absent: nothing is to be pushed. */
  push_at?: Date;
  push_tries?: number;
  /** The devices that need no further try. */
  push_done?: string[];
  /** Number of the change of the message since which it says what it says. */
  message_ev?: number;
  is_read: boolean;
  created_at: Date;
  updated_at: Date;
}

/** The time of what has no place in a list: the index leaves it out without looking at it. */
export const NO_PLACE = new Date(0);

const HIDDEN = { is_read: true, created_at: NO_PLACE } as const;

/** What hides a notification that is stored already: nothing of it is left. */
export const asDeleted = (at: Date) => ({
  ...HIDDEN,
  ...{ title: 'Deleted', content: '', hidden: 'deleted' as const, hidden_at: at },
});

/** Only who might still be told of it elsewhere needs its words. */
export const hide = (notification: Notification, hidden: HiddenReason, at: Date): Notification => ({
  ...notification,
  ...HIDDEN,
  ...(hidden !== 'preferences' && { content: '' }),
  hidden,
  hidden_at: at,
});

/** As clients see it. */
export function toNotificationDto(notification: Notification): NotificationDto {
  const { event_id: _event, message_ev: _ev, hidden: _hidden, hidden_at: _at, ...open } = notification;
  const { push_at: _push, push_tries: _tries, push_done: _done, ...shown } = open;
  const { actor_id, created_at, updated_at, ...rest } = shown;
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

const DELETED_MESSAGE = { title: 'Deleted message', content: '' } as const;

/** What the change makes of a notification of the message. */
export const changesTo = ({ ev, content }: LaterMessage) =>
  content === null ? { ...DELETED_MESSAGE, message_ev: ev } : { content, message_ev: ev };

/** Nothing is left of what it was about. */
export const isOfDeletedMessage = ({ message_ev, title, content }: Notification): boolean =>
  message_ev !== undefined && title === DELETED_MESSAGE.title && content === DELETED_MESSAGE.content;

export const asItIsNow = (notification: Notification, later: LaterMessage): Notification =>
  (notification.message_ev ?? 0) < later.ev ? { ...notification, ...changesTo(later) } : notification;
