import { ConversationPathDto } from '../conversations/conversation.dto';
import { listOf, one, pageOf, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  DeleteQueryDto,
  EditBodyDto,
  HistoryQueryDto,
  MessageDto,
  MessagePathDto,
  SendBodyDto,
  SentMessageDto,
} from './message.dto';
import { MessageEditDto } from './message-edit.dto';
import { messageExample } from './message.examples';

const tag = 'messages';
const access = 'user';

export const getMessages = route('GET /conversations/:id/messages', {
  tag,
  access,
  summary: 'A page of the history, newest first; `page.next` is the `before` of the page that follows.',
  params: ConversationPathDto,
  query: HistoryQueryDto,
  result: pageOf(MessageDto),
  errors: ['UNAVAILABLE'],
  example: { result: [messageExample] },
});

export const postMessage = route('POST /conversations/:id/messages', {
  tag,
  access,
  summary:
    'Send a message. Answered once it is stored durably; a repeat with the same `clientId` gets the first.',
  params: ConversationPathDto,
  body: SendBodyDto,
  result: one(SentMessageDto),
  status: 201,
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: { content: 'Hello!', clientId: messageExample.clientId }, result: messageExample },
});

export const getOneMessage = route('GET /messages/:id', {
  tag,
  access,
  summary: 'One message.',
  params: MessagePathDto,
  result: one(MessageDto),
  errors: ['UNAVAILABLE'],
  example: { result: messageExample },
});

export const patchMessage = route('PATCH /messages/:id', {
  tag,
  access,
  summary: 'Change the content of an own message, as long as it may be edited (24 hours, by setting).',
  params: MessagePathDto,
  body: EditBodyDto,
  result: one(MessageDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: {
    body: { content: 'Hello, all!' },
    result: { ...messageExample, content: 'Hello, all!', ev: 46, edited_at: '2026-01-01T00:01:00.000Z' },
  },
});

export const deleteOneMessage = route('DELETE /messages/:id', {
  tag,
  access,
  summary: 'Delete a message for everybody; with `forMe`, hide it from oneself.',
  params: MessagePathDto,
  query: DeleteQueryDto,
  result: one(EmptyDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { result: {} },
});

export const getEdits = route('GET /messages/:id/edits', {
  tag,
  access,
  summary: 'What a message said before it was edited, oldest first.',
  params: MessagePathDto,
  result: listOf(MessageEditDto),
  errors: ['UNAVAILABLE'],
  example: { result: [{ content: 'Hello!', at: messageExample.created_at }] },
});
