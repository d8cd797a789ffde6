import type { RevokedSessionsDto } from '@app/contracts';
import type { IncomingEvent } from '@app/messaging';
import type { Notification } from '../notifications/notification';

/** What a user is told of the end of a session: only what they have not done themselves and should act on. */
export function sessionNoticesOf({ id, at, data }: IncomingEvent<RevokedSessionsDto>): Notification[] {
  if (data.reason !== 'replayed') return [];
  return [
    {
      _id: `${id}:${data.userId}`,
      user_id: data.userId,
      event_id: id,
      type: 'system',
      actor_id: null,
      title: 'A session of yours was ended',
      content:
        'Its refresh token was used twice, so somebody may have a copy of it. If you do not know why, change your password.',
      related_id: data.sessionIds[0] ?? null,
      message_id: null,
      is_read: false,
      created_at: at,
      updated_at: at,
    },
  ];
}
