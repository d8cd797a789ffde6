import { clientEvent, one, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { messageExample } from '../messages/message.examples';
import { MessageIdDto } from '../messages/message.dto';
import {
  ConversationReadDto,
  MarkConversationReadDto,
  MessageDeliveryDto,
  MessageIdsDto,
  UpdateMessageStatusDto,
} from './receipt.dto';

const { _id: messageId, conversation_id: conversationId } = messageExample;
const timestamp = '2026-01-01T00:02:00.000Z';

export const deliveryExample: MessageDeliveryDto = {
  messageId,
  status: 'delivered',
  delivery_info: [
    { user_id: 2, status: 'read', timestamp },
    { user_id: 3, status: 'delivered', timestamp },
  ],
};

export const deliverMessage = clientEvent('message:delivered', {
  summary: 'Everything up to this message has reached a device of the caller.',
  payload: MessageIdDto,
  ack: one(EmptyDto),
  example: { payload: { messageId }, ack: {} },
});

export const markMessagesRead = clientEvent('messages:mark-read', {
  summary: 'In each of their conversations, everything up to the newest of these messages is read.',
  payload: MessageIdsDto,
  ack: one(EmptyDto),
  example: { payload: { messageIds: [messageId] }, ack: {} },
});

export const markConversationRead = clientEvent('conversation:mark-read', {
  summary: 'Everything up to `upToSeq`, or all that there is, is read.',
  payload: MarkConversationReadDto,
  ack: one(EmptyDto),
  example: { payload: { conversationId, upToSeq: 42 }, ack: {} },
});

export const updateMessageStatus = clientEvent('message:status:update', {
  summary:
    'The same as `message:delivered` and `message:read`. `failed`: the device could not show the message; the sender gets `message:status`, nothing is kept.',
  payload: UpdateMessageStatusDto,
  ack: one(EmptyDto),
  example: { payload: { messageId, status: 'delivered' }, ack: {} },
});

export const getMessageStatus = clientEvent('message:status:get', {
  summary: 'How far a message has come with each of the other members.',
  payload: MessageIdDto,
  ack: one(MessageDeliveryDto),
  example: { payload: { messageId }, ack: deliveryExample },
});

export const conversationRead = serverEvent('conversation:read', {
  summary:
    "A member has read up to a message: to the reader's own devices, and in conversations of at most 100 members to the others who may know.",
  payload: ConversationReadDto,
  example: { conversationId, userId: 2, seq: 42, at: timestamp },
});
