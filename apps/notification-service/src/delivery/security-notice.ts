import type { SecurityNotice, SecurityNoticedDto } from '@app/contracts';
import type { IncomingEvent } from '@app/messaging';
import type { Notification } from '../notifications/notification';

const TITLES: Record<SecurityNotice, string> = {
  'session.new-device': 'New sign-in to your account',
  'password.changed': 'Your password was changed',
  'password.reset': 'Your password was reset',
  'second-factor.enabled': 'A second factor was added to your account',
  'second-factor.disabled': 'The second factor was taken off your account',
  'second-factor.recovered': 'Somebody has signed in with a recovery code of yours',
  'second-factor.recovery-codes-renewed': 'Your recovery codes were renewed',
  'identity.linked': 'Another way to sign in was added to your account',
  'identity.unlinked': 'A way to sign in was taken off your account',
  'roles.changed': 'Your roles were changed',
};

const ADVICE = 'If that was not you, change your password and look at your sessions.';

function contentOf({ notice, device }: SecurityNoticedDto): string {
  if (notice === 'roles.changed') return 'An administrator has done it.';
  return device === undefined ? ADVICE : `${device}. ${ADVICE}`;
}

/** What the owner of an account is told when something changes by which it is protected. */
export const ofSecurityNotice = ({ id, at, data }: IncomingEvent<SecurityNoticedDto>): Notification => ({
  _id: `security:${id}:${data.userId}`,
  user_id: data.userId,
  event_id: id,
  type: 'system',
  actor_id: null,
  title: TITLES[data.notice],
  content: contentOf(data),
  related_id: null,
  message_id: null,
  is_read: false,
  created_at: at,
  updated_at: at,
});
