import { clientEvent, integrationEvent, one, pageOf, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { MessageCreatedDto, MessageDeletedDto, MessageStatusDto } from './message-events.dto';
import {
  EditMessageDto,
  ListMessagesDto,
  MessageDto,
  MessageIdDto,
  SendMessageDto,
  SentMessageDto,
} from './message.dto';
import { messageExample } from './message.examples';

const { _id: messageId, conversation_id: conversationId } = messageExample;
const editedExample: MessageDto = {
  ...messageExample,
  content: 'Hello, all!',
  ev: 46,
  edited_at: '2026-01-01T00:01:00.000Z',
};

export const sendMessage = clientEvent('message:send', {
  summary:
    'Send a message. Acked once it is stored durably; a repeat with the same `clientId` answers with the first.',
  payload: SendMessageDto,
  ack: one(SentMessageDto),
  example: {
    payload: { conversationId, content: 'Hello!', clientId: messageExample.clientId },
    ack: messageExample,
  },
});

export const listMessages = clientEvent('message:list', {
  summary:
    'A page of the history, newest first; `page.next` is the `before` of the older page, `page.prev` the `after` of the newer one.',
  payload: ListMessagesDto,
  ack: pageOf(MessageDto),
  example: {
    payload: { conversationId, limit: 20, before: '2026-01-02T00:00:00.000Z' },
    ack: [messageExample],
  },
});

export const editMessage = clientEvent('message:edit', {
  summary: 'Change the content of an own message.',
  payload: EditMessageDto,
  ack: one(MessageDto),
  example: { payload: { messageId, content: 'Hello, all!' }, ack: editedExample },
});

export const deleteMessage = clientEvent('message:delete', {
  summary: 'Delete an own message for everybody. Its place in the sequence stays, its content goes.',
  payload: MessageIdDto,
  ack: one(EmptyDto),
  example: { payload: { messageId }, ack: {} },
});

export const readMessage = clientEvent('message:read', {
  summary: 'Everything up to this message is read.',
  payload: MessageIdDto,
  ack: one(EmptyDto),
  example: { payload: { messageId }, ack: {} },
});

export const messageCreated = serverEvent('message:created', {
  summary: 'A new message, once to every socket of every member, the sender included.',
  payload: MessageDto,
  example: messageExample,
});

export const messageUpdated = serverEvent('message:updated', {
  summary: 'A message as it is after an edit.',
  payload: MessageDto,
  example: editedExample,
});

export const messageDeleted = serverEvent('message:deleted', {
  summary: 'A message is gone for everybody.',
  payload: MessageDeletedDto,
  example: { messageId, conversationId, seq: 42, ev: 47 },
});

export const messageStatus = serverEvent('message:status', {
  summary:
    "How far a member has come, by the last message of the recipient's that it concerns. To its sender and the member's own devices.",
  payload: MessageStatusDto,
  example: {
    messageId,
    conversationId,
    userId: 2,
    status: 'read',
    timestamp: '2026-01-01T00:02:00.000Z',
    deliveryInfo: [{ user_id: 2, status: 'read', timestamp: '2026-01-01T00:02:00.000Z' }],
  },
});

export const messageCreatedEvent = integrationEvent('message.created', {
  version: 1,
  summary: 'A message was stored. One event per message; a large group is split into chunks of recipients.',
  payload: MessageCreatedDto,
  example: {
    messageId,
    conversationId,
    conversationName: 'Team A',
    conversationType: 'group',
    seq: 42,
    senderId: 1,
    senderName: 'alice',
    preview: 'Hello!',
    messageType: 'text',
    recipientIds: [2, 3],
    createdAt: '2026-01-01T00:00:00.000Z',
  },
});
