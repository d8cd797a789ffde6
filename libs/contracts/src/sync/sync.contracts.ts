import { conversationExample } from '../conversations/conversation.contracts';
import { clientEvent, pageOf, route } from '../core/contract';
import { messageExample } from '../messages/message.examples';
import { SyncDto, SyncedDto, SyncQueryDto } from './sync.dto';

const conversationId = messageExample.conversation_id;
const syncedExample: SyncedDto = {
  conversationId,
  state: 'changed',
  conversation: conversationExample,
  messages: [messageExample],
  ev: 45,
  more: false,
};
const summary = [
  'What a client has missed, for all of its conversations at once: what changed since each cursor, what is new, what is gone.',
  'Unchanged ones are left out. The answer is in the order of conversation ids; `page.next` is where it stopped: ask again with it as `after`, until it is null.',
  'What has `more` is asked for again from its new cursor. Who knows more than 500 conversations sorts them, and names 500 at a time with the last of them as `through` and, from the second call on, the one before the first as `after`.',
].join(' ');

export const syncConversations = clientEvent('conversation:sync', {
  summary,
  payload: SyncDto,
  ack: pageOf(SyncedDto),
  example: { payload: { cursors: [{ conversationId, ev: 42 }] }, ack: [syncedExample] },
});

export const getSync = route('GET /sync', {
  tag: 'conversations',
  summary,
  access: 'user',
  query: SyncQueryDto,
  result: pageOf(SyncedDto),
  example: { result: [syncedExample] },
});
