import { clientEvent, one, pageOf, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { messageExample } from '../messages/message.examples';
import {
  ConversationCreatedDto,
  ConversationDto,
  ConversationIdDto,
  ConversationListItemDto,
  CreateConversationDto,
  JoinedDto,
  ListConversationsDto,
} from './conversation.dto';

const conversationId = messageExample.conversation_id;

export const conversationExample: ConversationDto = {
  _id: conversationId,
  type: 'group',
  name: 'Team A',
  avatar: null,
  participants: [1, 2, 3],
  admin_id: 1,
  moderator_ids: [],
  status: 'accepted',
  initiator_id: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

export const createConversation = clientEvent('conversation:create', {
  summary: 'Start a conversation. Its members learn of it by `conversation:created`.',
  payload: CreateConversationDto,
  ack: one(ConversationDto),
  example: { payload: { name: 'Team A', participantIds: [2, 3] }, ack: conversationExample },
});

export const listConversations = clientEvent('conversation:list', {
  summary: "The caller's conversations, the latest activity first.",
  payload: ListConversationsDto,
  ack: pageOf(ConversationListItemDto),
  example: {
    payload: { limit: 20 },
    ack: [{ ...conversationExample, lastMessage: messageExample, unread: 1 }],
  },
});

export const getConversation = clientEvent('conversation:get', {
  summary: 'One conversation of the caller.',
  payload: ConversationIdDto,
  ack: one(ConversationDto),
  example: { payload: { conversationId }, ack: conversationExample },
});

export const joinConversation = clientEvent('conversation:join', {
  summary:
    'Open a conversation on this socket: others who have it open are told. Messages arrive without it; the answer says where the stream stands.',
  payload: ConversationIdDto,
  ack: one(JoinedDto),
  example: {
    payload: { conversationId },
    ack: { lastSeq: 42, lastEv: 45, membersOnline: [1, 2], here: [1] },
  },
});

export const leaveConversation = clientEvent('conversation:leave', {
  summary: 'Close a conversation on this socket. Membership stays, messages keep arriving.',
  payload: ConversationIdDto,
  ack: one(EmptyDto),
  example: { payload: { conversationId }, ack: {} },
});

export const conversationCreated = serverEvent('conversation:created', {
  summary: 'To every member of a new conversation, on all their devices.',
  payload: ConversationCreatedDto,
  example: { conversation: conversationExample },
});
