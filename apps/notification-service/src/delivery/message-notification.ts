import type { MessageCreatedDto } from '@app/contracts';
import type { IncomingEvent } from '@app/messaging';
import type { Notification } from '../notifications/notification';

/** What each recipient of a message is told. The id does not depend on how the recipients were split over events. */
export function notificationsOf({ id, at, data }: IncomingEvent<MessageCreatedDto>): Notification[] {
  const title = titleOf(data);
  return data.recipientIds
    .filter((userId) => userId !== data.senderId)
    .map((userId) => ({
      _id: `${data.messageId}:${userId}`,
      user_id: userId,
      event_id: id,
      type: 'message',
      actor_id: data.senderId,
      title,
      content: data.preview,
      related_id: data.conversationId,
      message_id: data.messageId,
      is_read: false,
      created_at: at,
      updated_at: at,
    }));
}

function titleOf({ senderName, conversationName, conversationType }: MessageCreatedDto): string {
  return conversationType === 'group' && conversationName
    ? `${senderName} in ${conversationName}`
    : senderName;
}
