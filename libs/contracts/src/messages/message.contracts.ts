import { clientEvent, integrationEvent, listOf, one, pageOf, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  LiveMessageDto,
  MessageCreatedDto,
  MessageDeletedDto,
  MessageEditedDto,
  MessageReactedDto,
  MessageRemovedDto,
  MessageStatusDto,
} from './message-events.dto';
import {
  DeleteMessageDto,
  EditMessageDto,
  ListMessagesDto,
  MessageDto,
  MessageIdDto,
  SendMessageDto,
  SentMessageDto,
} from './message.dto';
import { MessageEditDto } from './message-edit.dto';
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

export const getMessage = clientEvent('message:get', {
  summary: 'One message.',
  payload: MessageIdDto,
  ack: one(MessageDto),
  example: { payload: { messageId }, ack: messageExample },
});

export const editMessage = clientEvent('message:edit', {
  summary: 'Change the content of an own message, as long as it may be edited (24 hours, by setting).',
  payload: EditMessageDto,
  ack: one(MessageDto),
  example: { payload: { messageId, content: 'Hello, all!' }, ack: editedExample },
});

export const listEdits = clientEvent('message:edits', {
  summary: 'What a message said before it was edited, oldest first.',
  payload: MessageIdDto,
  ack: listOf(MessageEditDto),
  example: { payload: { messageId }, ack: [{ content: 'Hello!', at: messageExample.created_at }] },
});

export const deleteMessage = clientEvent('message:delete', {
  summary:
    "Delete a message for everybody: an own one, or in a group or channel, for moderators and the admin, anybody's. Its place in the sequence stays, all else goes. With `forMe`, hide any message from oneself.",
  payload: DeleteMessageDto,
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
  payload: LiveMessageDto,
  example: {
    ...messageExample,
    user: { id: 1, name: 'alice', avatar_url: 'https://files.example.com/alice.png' },
  },
});

export const messageUpdated = serverEvent('message:updated', {
  summary: 'A message as it is after an edit.',
  payload: MessageDto,
  example: editedExample,
});

export const messageDeleted = serverEvent('message:deleted', {
  summary: "A message is gone for everybody; with `forMe`, for this user, to the user's own devices only.",
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

export const messageEditedEvent = integrationEvent('message.updated', {
  version: 1,
  summary: 'The content of a message was edited.',
  payload: MessageEditedDto,
  example: {
    messageId,
    conversationId,
    seq: 42,
    ev: 46,
    senderId: 1,
    preview: 'Hello, all!',
    editedAt: '2026-01-01T00:01:00.000Z',
  },
});

export const messageRemovedEvent = integrationEvent('message.deleted', {
  version: 1,
  summary: 'A message was deleted for everybody: nothing that it said may be shown any more.',
  payload: MessageRemovedDto,
  example: {
    messageId,
    conversationId,
    seq: 42,
    ev: 47,
    senderId: 1,
    deletedAt: '2026-01-01T00:02:00.000Z',
  },
});

export const messageReactedEvent = integrationEvent('message.reacted', {
  version: 1,
  summary: 'Somebody has put a reaction to a message of somebody else. That it was taken back is not told.',
  payload: MessageReactedDto,
  example: {
    messageId,
    conversationId,
    conversationName: 'Team A',
    conversationType: 'group',
    authorId: 1,
    actorId: 2,
    actorName: 'bob',
    emoji: '👍',
    reactedAt: '2026-01-01T00:01:00.000Z',
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
