import type { ContactAcceptedDto, ContactRequestedDto } from '@app/contracts';
import type { IncomingEvent } from '@app/messaging';
import type { Notification } from '../notifications/notification';

/** What the addressee of a contact request is told. */
export const ofRequest = (event: IncomingEvent<ContactRequestedDto>): Notification => ({
  ...about(event, `contact-requested:${event.data.requestId}:${event.data.addresseeId}`),
  user_id: event.data.addresseeId,
  actor_id: event.data.senderId,
  title: event.data.senderName,
  content: `${event.data.senderName} wants to be your contact`,
});

/** What the one is told who has asked. */
export const ofAcceptedRequest = (event: IncomingEvent<ContactAcceptedDto>): Notification => ({
  ...about(event, `contact-accepted:${event.data.requestId}:${event.data.senderId}`),
  user_id: event.data.senderId,
  actor_id: event.data.addresseeId,
  title: event.data.addresseeName,
  content: `${event.data.addresseeName} is your contact now`,
});

/** The id is made of what happened, so that an event that comes again is no second notification. */
const about = (
  { id, at, data }: IncomingEvent<ContactRequestedDto | ContactAcceptedDto>,
  _id: string,
): Omit<Notification, 'user_id' | 'actor_id' | 'title' | 'content'> => ({
  _id,
  event_id: id,
  type: 'request',
  related_id: String(data.requestId),
  message_id: null,
  is_read: false,
  created_at: at,
  updated_at: at,
});
