import { integrationEvent } from '../core/contract';
import { messageExample } from '../messages/message.examples';
import {
  GroupInviteCreatedDto,
  RequestAcceptedDto,
  RequestCreatedDto,
  RequestDeclinedDto,
} from './invitation-events.dto';

const conversationId = messageExample.conversation_id;

export const requestCreatedEvent = integrationEvent('request.created', {
  version: 1,
  summary: 'Somebody has begun a private conversation with somebody who is not a contact.',
  payload: RequestCreatedDto,
  example: {
    conversationId,
    initiatorId: 1,
    initiatorName: 'alice',
    addresseeId: 2,
    createdAt: '2026-01-01T00:00:00.000Z',
  },
});

export const requestAcceptedEvent = integrationEvent('request.accepted', {
  version: 1,
  summary: 'A message request was accepted.',
  payload: RequestAcceptedDto,
  example: {
    conversationId,
    initiatorId: 1,
    acceptedBy: 2,
    acceptedByName: 'bob',
    acceptedAt: '2026-01-01T00:01:00.000Z',
  },
});

export const requestDeclinedEvent = integrationEvent('request.declined', {
  version: 1,
  summary: 'A message request was declined.',
  payload: RequestDeclinedDto,
  example: {
    conversationId,
    initiatorId: 1,
    declinedBy: 2,
    declinedByName: 'bob',
    declinedAt: '2026-01-01T00:01:00.000Z',
  },
});

export const groupInviteCreatedEvent = integrationEvent('group_invite.created', {
  version: 1,
  summary: 'Somebody was added to a group or channel by another. A large group is split into chunks.',
  payload: GroupInviteCreatedDto,
  example: {
    conversationId,
    conversationName: 'Team A',
    conversationType: 'group',
    ev: 12,
    inviterId: 1,
    inviterName: 'alice',
    inviteeIds: [2, 3],
    createdAt: '2026-01-01T00:00:00.000Z',
  },
});
