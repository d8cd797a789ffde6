import { conversationExample } from '../conversations/conversation.contracts';
import { ConversationDto, ConversationPathDto } from '../conversations/conversation.dto';
import { clientEvent, one, route, serverEvent } from '../core/contract';
import { ClientIdDto } from '../joining/joining.dto';
import {
  AnswerRequestDto,
  ConversationInvitedDto,
  RequestAcceptedNoticeDto,
  RequestDeclinedNoticeDto,
} from './request.dto';

const conversationId = conversationExample._id;
const request: ConversationDto = {
  ...conversationExample,
  type: 'private',
  name: null,
  participants: [1, 2],
  status: 'pending',
};
const accepted: ConversationDto = { ...request, status: 'accepted' };
const declined: ConversationDto = { ...request, status: 'declined' };

const ACCEPT =
  'Say yes to a message request, also to one that was declined before. Only who was asked may; accepting twice changes nothing.';
const DECLINE =
  'Say no to a message request: its initiator can write no more. Only who was asked may; declining twice changes nothing.';

export const acceptRequest = clientEvent('conversation:accept', {
  summary: ACCEPT,
  payload: AnswerRequestDto,
  ack: one(ConversationDto),
  example: { payload: { conversationId }, ack: accepted },
});

export const declineRequest = clientEvent('conversation:decline', {
  summary: DECLINE,
  payload: AnswerRequestDto,
  ack: one(ConversationDto),
  example: { payload: { conversationId }, ack: declined },
});

export const postAccept = route('POST /conversations/:id/accept', {
  tag: 'conversations',
  summary: ACCEPT,
  access: 'user',
  params: ConversationPathDto,
  body: ClientIdDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'UNAVAILABLE'],
  example: { body: {}, result: accepted },
});

export const postDecline = route('POST /conversations/:id/decline', {
  tag: 'conversations',
  summary: DECLINE,
  access: 'user',
  params: ConversationPathDto,
  body: ClientIdDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: {}, result: declined },
});

export const requestAccepted = serverEvent('request:accepted', {
  summary: 'A message request was accepted. To both, on all their devices.',
  payload: RequestAcceptedNoticeDto,
  example: { conversationId, acceptedBy: 2 },
});

export const requestDeclined = serverEvent('request:declined', {
  summary: 'A message request was declined. To both, on all their devices.',
  payload: RequestDeclinedNoticeDto,
  example: { conversationId, declinedBy: 2 },
});

export const conversationInvited = serverEvent('conversation:invited', {
  summary: 'To somebody who was added to a conversation by another, or who is asked by a message request.',
  payload: ConversationInvitedDto,
  example: { conversation: conversationExample, invitedBy: 1 },
});
