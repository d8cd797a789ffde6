import type { MessageCreatedDto } from '@app/contracts';
import type { IncomingEvent } from '@app/messaging';
import { hide, type Notification } from '../notifications/notification';

/** What each recipient of a message is told. The id does not depend on how the recipients were split over events. */
export function notificationsOf({ id, at, data }: IncomingEvent<MessageCreatedDto>): Notification[] {
  const titles = titlesOf(data);
  const [named, reading, quiet] = [data.mentions, data.reading, data.quiet].map((ids) => new Set(ids));
  return data.recipientIds
    .filter((userId) => userId !== data.senderId)
    .map((userId) => {
      const isNamed = data.mentionAll === true || named?.has(userId) === true;
      const isAnswered = data.repliedToId === userId;
      const notification: Notification = {
        _id: `${data.messageId}:${userId}`,
        user_id: userId,
        event_id: id,
        type: 'message',
        actor_id: data.senderId,
        title: isNamed ? titles.mention : isAnswered ? titles.reply : titles.plain,
        ...(isNamed && { mentioned: true as const }),
        ...(isAnswered && { replied: true as const }),
        content: data.preview,
        related_id: data.conversationId,
        message_id: data.messageId,
        is_read: false,
        created_at: at,
        updated_at: at,
      };
      if (reading?.has(userId)) return hide(notification, 'reading', at);
      return quiet?.has(userId) ? hide(notification, 'muted', at) : notification;
    });
}

function titlesOf({ senderName, conversationName, conversationType }: MessageCreatedDto) {
  const place = conversationType !== 'private' && conversationName ? ` in ${conversationName}` : '';
  return {
    plain: `${senderName}${place}`,
    mention: `${senderName} mentioned you${place}`,
    reply: `${senderName} replied to you${place}`,
  };
}
