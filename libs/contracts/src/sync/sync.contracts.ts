import { conversationExample } from '../conversations/conversation.contracts';
import { clientEvent, listOf, route } from '../core/contract';
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
const summary =
  'What a client has missed, for all of its conversations at once: what changed since each cursor, what is new, what is gone. Unchanged ones are left out; ask again with the new cursors until nothing comes.';

export const syncConversations = clientEvent('conversation:sync', {
  summary,
  payload: SyncDto,
  ack: listOf(SyncedDto),
  example: { payload: { cursors: [{ conversationId, ev: 42 }] }, ack: [syncedExample] },
});

export const getSync = route('GET /sync', {
  tag: 'conversations',
  summary,
  access: 'user',
  query: SyncQueryDto,
  result: listOf(SyncedDto),
  example: { result: [syncedExample] },
});
