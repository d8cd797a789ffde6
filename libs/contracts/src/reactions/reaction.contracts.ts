import { clientEvent, one, route, serverEvent } from '../core/contract';
import { MessageCommandDto, MessageDto, MessagePathDto } from '../messages/message.dto';
import { messageExample } from '../messages/message.examples';
import { MessageReactionDto, ReactDto, ReactionBodyDto, ReactionPathDto } from './reaction.dto';

const { _id: messageId, conversation_id: conversationId } = messageExample;
const emoji = '👍';
const reactions = [{ emoji, user_ids: [2] }];
const reacted: MessageDto = { ...messageExample, ev: 46, reactions };

export const react = clientEvent('message:react', {
  summary: 'React to a message with an emoji. Who has done so already changes nothing.',
  payload: ReactDto,
  ack: one(MessageDto),
  example: { payload: { messageId, emoji }, ack: reacted },
});

export const unreact = clientEvent('message:unreact', {
  summary: 'Take a reaction back.',
  payload: ReactDto,
  ack: one(MessageDto),
  example: { payload: { messageId, emoji }, ack: messageExample },
});

export const messageReaction = serverEvent('message:reaction', {
  summary: 'Somebody has reacted to a message, or taken a reaction back. To every socket of every member.',
  payload: MessageReactionDto,
  example: { messageId, conversationId, ev: 46, userId: 2, emoji, added: true, reactions },
});

export const postReaction = route('POST /messages/:id/reactions', {
  tag: 'messages',
  summary: 'React to a message with an emoji.',
  access: 'user',
  params: MessagePathDto,
  body: ReactionBodyDto,
  result: one(MessageDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: { emoji }, result: reacted },
});

export const deleteReaction = route('DELETE /messages/:id/reactions/:emoji', {
  tag: 'messages',
  summary: 'Take a reaction back.',
  access: 'user',
  params: ReactionPathDto,
  query: MessageCommandDto,
  result: one(MessageDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { result: messageExample },
});
