import type { MessageReactedDto } from '@app/contracts';
import type { IncomingEvent } from '@app/messaging';
import { hide, type Notification } from '../notifications/notification';

/** What the author of a message is told of a reaction: once of each person, however often they change their mind. */
export function ofReaction({ id, at, data }: IncomingEvent<MessageReactedDto>): Notification {
  const { authorId, actorId, actorName, emoji, messageId, conversationId } = data;
  const { conversationName, conversationType } = data;
  const place = conversationType !== 'private' && conversationName !== null ? ` in ${conversationName}` : '';
  const notification: Notification = {
    _id: `reaction:${messageId}:${actorId}:${authorId}`,
    user_id: authorId,
    event_id: id,
    type: 'message',
    actor_id: actorId,
    title: `${actorName} reacted to your message${place}`,
    content: emoji,
    related_id: conversationId,
    message_id: messageId,
    reaction: emoji,
    is_read: false,
    created_at: at,
    updated_at: at,
  };
  return data.quiet ? hide(notification, data.quiet, at) : notification;
}
