import { ConversationIdDto, ConversationPathDto } from '../conversations/conversation.dto';
import { clientEvent, listOf, one, route, serverEvent } from '../core/contract';
import { MessageCommandDto, MessageDto, MessagePathDto } from '../messages/message.dto';
import { messageExample } from '../messages/message.examples';
import { MessagePinnedDto, PinMessageDto } from './pin.dto';

const { _id: messageId, conversation_id: conversationId } = messageExample;
const pinned: MessageDto = {
  ...messageExample,
  ev: 46,
  pinned_at: '2026-01-01T00:01:00.000Z',
  pinned_by: 1,
};

export const pinMessage = clientEvent('message:pin', {
  summary: 'Pin a message for everybody in the conversation.',
  payload: PinMessageDto,
  ack: one(MessageDto),
  example: { payload: { messageId }, ack: pinned },
});

export const unpinMessage = clientEvent('message:unpin', {
  summary: 'Unpin a message.',
  payload: PinMessageDto,
  ack: one(MessageDto),
  example: { payload: { messageId }, ack: messageExample },
});

export const listPins = clientEvent('message:pins', {
  summary: 'The pinned messages of a conversation, the latest pin first.',
  payload: ConversationIdDto,
  ack: listOf(MessageDto),
  example: { payload: { conversationId }, ack: [pinned] },
});

export const messagePinned = serverEvent('message:pinned', {
  summary: 'A message was pinned or unpinned. To every socket of every member.',
  payload: MessagePinnedDto,
  example: { messageId, conversationId, ev: 46, pinned: true, by: 1 },
});

export const postPin = route('POST /messages/:id/pin', {
  tag: 'messages',
  summary: 'Pin a message for everybody in the conversation.',
  access: 'user',
  params: MessagePathDto,
  body: MessageCommandDto,
  result: one(MessageDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: {}, result: pinned },
});

export const deletePin = route('DELETE /messages/:id/pin', {
  tag: 'messages',
  summary: 'Unpin a message.',
  access: 'user',
  params: MessagePathDto,
  query: MessageCommandDto,
  result: one(MessageDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { result: messageExample },
});

export const getPins = route('GET /conversations/:id/pins', {
  tag: 'messages',
  summary: 'The pinned messages of a conversation, the latest pin first.',
  access: 'user',
  params: ConversationPathDto,
  result: listOf(MessageDto),
  errors: ['UNAVAILABLE'],
  example: { result: [pinned] },
});
