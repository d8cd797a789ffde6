import { clientEvent, one, route, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { messageExample } from '../messages/message.examples';
import { UnreadCountDto, UnreadTotalDto } from './unread.dto';

const byConversation = { [messageExample.conversation_id]: 3 };
const summary = 'How many messages the caller has not read, in all and by conversation.';

export const countUnread = clientEvent('message:unread-count', {
  summary,
  payload: EmptyDto,
  ack: one(UnreadCountDto),
  example: { payload: {}, ack: { count: 3, byConversation } },
});

export const unreadCount = serverEvent('unread:count', {
  summary:
    "What is unread now, to all of the user's devices: on connect, when the user has read, and after new messages, then at most every two seconds.",
  payload: UnreadTotalDto,
  example: { total: 3, byConversation },
});

export const getUnreadMessages = route('GET /conversations/unread-count', {
  tag: 'conversations',
  summary,
  access: 'user',
  result: one(UnreadCountDto),
  errors: ['UNAVAILABLE'],
  example: { result: { count: 3, byConversation } },
});
