import { clientEvent, one, route, serverEvent } from '../core/contract';
import { ConversationIdDto, ConversationPathDto } from '../conversations/conversation.dto';
import { messageExample } from '../messages/message.examples';
import { ConversationStatusDto, RoomPresenceDto } from './live-room.dto';

const conversationId = messageExample.conversation_id;
const statusExample: ConversationStatusDto = { online: [1, 2], here: [1] };

export const conversationStatus = clientEvent('conversation:status', {
  summary: 'Who is online now, and who has the conversation open.',
  payload: ConversationIdDto,
  ack: one(ConversationStatusDto),
  example: { payload: { conversationId }, ack: statusExample },
});

export const conversationPresence = serverEvent('conversation:presence', {
  volatile: true,
  summary:
    'Others have opened or closed a conversation that this socket has open (`conversation:join`), as far as their privacy allows.',
  payload: RoomPresenceDto,
  example: { conversationId, entered: [2], left: [] },
});

export const getConversationStatus = route('GET /conversations/:id/status', {
  tag: 'conversations',
  summary: 'Who is online now, and who has the conversation open.',
  access: 'user',
  params: ConversationPathDto,
  result: one(ConversationStatusDto),
  errors: ['UNAVAILABLE'],
  example: { result: statusExample },
});
