import type {
  GroupInviteCreatedDto,
  RequestAcceptedDto,
  RequestCreatedDto,
  RequestDeclinedDto,
} from '@app/contracts';
import type { IncomingEvent } from '@app/messaging';
import type { Notification } from '../notifications/notification';

/** What those are told whom somebody has added to a group or channel. */
export const ofGroupInvite = (event: IncomingEvent<GroupInviteCreatedDto>): Notification[] => {
  const { conversationId, ev, inviterId, inviterName, conversationName, conversationType } = event.data;
  const place = conversationName ?? `a ${conversationType}`;
  return event.data.inviteeIds.map((userId) => ({
    ...about(event, `group-invite:${conversationId}:${ev}:${userId}`),
    type: 'group_invite',
    user_id: userId,
    actor_id: inviterId,
    title: `${inviterName} in ${place}`,
    content: `${inviterName} has added you to ${place}`,
  }));
};

/** What the one is told to whom a message request goes. */
export const ofMessageRequest = (event: IncomingEvent<RequestCreatedDto>): Notification => {
  const { conversationId, initiatorId, initiatorName, addresseeId } = event.data;
  return {
    ...about(event, `message-request:${conversationId}:${addresseeId}`),
    type: 'request',
    user_id: addresseeId,
    actor_id: initiatorId,
    title: initiatorName,
    content: `${initiatorName} wants to write to you`,
  };
};

/** What the one is told whose message request was accepted. */
export const ofAcceptedMessageRequest = (event: IncomingEvent<RequestAcceptedDto>): Notification => {
  const { conversationId, initiatorId, acceptedBy, acceptedByName } = event.data;
  return {
    ...about(event, `message-request-accepted:${conversationId}:${initiatorId}`),
    type: 'request',
    user_id: initiatorId,
    actor_id: acceptedBy,
    title: acceptedByName,
    content: `${acceptedByName} has accepted your request`,
  };
};

/** What the one is told whose message request was declined. It can be asked again, so the id holds the event. */
export const ofDeclinedMessageRequest = (event: IncomingEvent<RequestDeclinedDto>): Notification => {
  const { initiatorId, declinedBy, declinedByName } = event.data;
  return {
    ...about(event, `declined:${event.id}:${initiatorId}`),
    type: 'request',
    user_id: initiatorId,
    actor_id: declinedBy,
    title: declinedByName,
    content: `${declinedByName} has declined your request`,
  };
};

/** The id is made of what happened, so that an event that comes again is no second notification. */
const about = (
  {
    id,
    at,
    data,
  }: IncomingEvent<GroupInviteCreatedDto | RequestCreatedDto | RequestAcceptedDto | RequestDeclinedDto>,
  _id: string,
): Omit<Notification, 'type' | 'user_id' | 'actor_id' | 'title' | 'content'> => ({
  _id,
  event_id: id,
  related_id: data.conversationId,
  message_id: null,
  is_read: false,
  created_at: at,
  updated_at: at,
});
