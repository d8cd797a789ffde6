import { one, pageOf, route } from '../core/contract';
import { messageExample } from '../messages/message.examples';
import { conversationExample } from './conversation.contracts';
import {
  ConversationDto,
  ConversationListItemDto,
  ConversationPathDto,
  CreateConversationDto,
  ListConversationsDto,
} from './conversation.dto';

const user = { tag: 'conversations', access: 'user' } as const;

export const getConversations = route('GET /conversations', {
  ...user,
  summary: "The caller's conversations, the latest activity first.",
  query: ListConversationsDto,
  result: pageOf(ConversationListItemDto),
  errors: ['UNAVAILABLE'],
  example: { result: [{ ...conversationExample, lastMessage: messageExample, unread: 1 }] },
});

export const postConversation = route('POST /conversations', {
  ...user,
  summary: 'Start a conversation. The private one of two users is always the same.',
  status: 201,
  body: CreateConversationDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: { name: 'Team A', participantIds: [2, 3] }, result: conversationExample },
});

export const getConversationRoute = route('GET /conversations/:id', {
  ...user,
  summary: 'One conversation of the caller.',
  params: ConversationPathDto,
  result: one(ConversationDto),
  errors: ['UNAVAILABLE'],
  example: { result: conversationExample },
});
