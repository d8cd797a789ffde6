import type { DigestDto, DigestEntryDto } from '@app/contracts';
import { kindOf } from '../notifications/notification-kind';
import { isOfDeletedMessage, type Notification } from '../notifications/notification';
import { wants, type Preferences } from '../preferences/preferences';

/** Entries that a digest spells out. */
const MOST_ENTRIES = 10;

export const belongsIntoDigest = (notification: Notification, chosen: Preferences): boolean =>
  wants(chosen, kindOf(notification), 'email') && !isOfDeletedMessage(notification);

/** Newest first, as the list of the app: one entry for the messages of a conversation. */
export function entriesOf(notifications: readonly Notification[]): DigestEntryDto[] {
  const entries = new Map<string, DigestEntryDto>();
  for (const notification of notifications) {
    const { _id, type, related_id, reaction, title, content } = notification;
    const isMessage = type === 'message' && reaction === undefined;
    const key = isMessage ? `conversation:${related_id ?? ''}` : `one:${_id}`;
    const entry = entries.get(key);
    if (entry) entry.count++;
    else entries.set(key, { title, content, count: 1 });
  }
  return [...entries.values()];
}

/** Without content it says that there is something, not from whom, where or what. */
export const digestOf = (
  notifications: readonly Notification[],
  { push_content }: Preferences,
): Pick<DigestDto, 'total' | 'entries'> => ({
  total: notifications.length,
  entries: push_content ? entriesOf(notifications).slice(0, MOST_ENTRIES) : [],
});
