import type { MessageCreatedDto } from '@app/contracts';
import type { IncomingEvent } from '@app/messaging';
import type { Notification } from '../notifications/notification';

/** What each recipient of a message is told. The id does not depend on how the recipients were split over events. */
export function notificationsOf({ id, at, data }: IncomingEvent<MessageCreatedDto>): Notification[] {
  const [title, mentionTitle] = [titleOf(data), mentionTitleOf(data)];
  const named = new Set(data.mentions);
  const isNamed = (userId: number) => data.mentionAll === true || named.has(userId);
  return data.recipientIds
    .filter((userId) => userId !== data.senderId)
    .map((userId) => ({
      _id: `${data.messageId}:${userId}`,
      user_id: userId,
      event_id: id,
      type: 'message',
      actor_id: data.senderId,
      title: isNamed(userId) ? mentionTitle : title,
      ...(isNamed(userId) && { mentioned: true as const }),
      content: data.preview,
      related_id: data.conversationId,
      message_id: data.messageId,
      is_read: false,
      created_at: at,
      updated_at: at,
    }));
}

function titleOf({ senderName, ...place }: MessageCreatedDto): string {
  return `${senderName}${placeOf(place)}`;
}

const mentionTitleOf = ({ senderName, ...place }: MessageCreatedDto) =>
  `${senderName} mentioned you${placeOf(place)}`;

const placeOf = ({
  conversationName,
  conversationType,
}: Pick<MessageCreatedDto, 'conversationName' | 'conversationType'>) =>
  conversationType !== 'private' && conversationName ? ` in ${conversationName}` : '';
