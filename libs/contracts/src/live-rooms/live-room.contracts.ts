import { one, route } from '../core/contract';
import { ConversationPathDto } from '../conversations/conversation.dto';
import { ConversationStatusDto } from './live-room.dto';

export const getConversationStatus = route('GET /conversations/:id/status', {
  tag: 'conversations',
  summary: 'Who is online now.',
  access: 'user',
  params: ConversationPathDto,
  result: one(ConversationStatusDto),
  errors: ['UNAVAILABLE'],
  example: { result: { online: [1, 2] } },
});
