import type { NotificationKind } from '@app/contracts';
import type { Notification } from './notification';

/** What people choose by: finer than the type. */
export function kindOf({ type, mentioned, replied, reaction }: Notification): NotificationKind {
  if (type === 'group_invite') return 'invite';
  if (type === 'request') return 'request';
  if (type === 'system') return 'security';
  if (reaction !== undefined) return 'reaction';
  if (mentioned) return 'mention';
  return replied ? 'reply' : 'message';
}
