import { conversationExample } from '../conversations/conversation.contracts';
import { ConversationDto, ConversationPathDto } from '../conversations/conversation.dto';
import { clientEvent, one, route } from '../core/contract';
import { ClientIdDto, JoinByCodeDto, RotateCodeDto } from './joining.dto';

const code = 'K7M2QX';
const joined: ConversationDto = { ...conversationExample, code };
const BY_CODE =
  'Join a group or channel by its code. A member gets it again. Who guesses is told to wait: RATE_LIMITED.';
const ROTATE =
  'Give the conversation a new code; the old one leads nowhere. For admins and moderators. A repeat with the same `clientId` changes nothing.';

export const joinByCode = clientEvent('conversation:join-by-code', {
  summary: BY_CODE,
  payload: JoinByCodeDto,
  ack: one(ConversationDto),
  example: { payload: { code }, ack: joined },
});

export const rotateCode = clientEvent('conversation:rotate-code', {
  summary: ROTATE,
  payload: RotateCodeDto,
  ack: one(ConversationDto),
  example: { payload: { conversationId: joined._id }, ack: joined },
});

export const postJoinByCode = route('POST /conversations/join-by-code', {
  tag: 'conversations',
  summary: BY_CODE,
  access: 'user',
  body: JoinByCodeDto,
  result: one(ConversationDto),
  errors: ['NOTFOUND', 'CONFLICT', 'RATE_LIMITED', 'UNAVAILABLE'],
  example: { body: { code }, result: joined },
});

export const postRotateCode = route('POST /conversations/:id/rotate-code', {
  tag: 'conversations',
  summary: ROTATE,
  access: 'user',
  params: ConversationPathDto,
  body: ClientIdDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: {}, result: joined },
});
