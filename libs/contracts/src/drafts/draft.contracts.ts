import { ConversationPathDto } from '../conversations/conversation.dto';
import { clientEvent, one, pageOf, route, serverEvent } from '../core/contract';
import { messageExample } from '../messages/message.examples';
import { DraftChangedDto, DraftDto, DraftTextDto, ListDraftsDto, SetDraftDto } from './draft.dto';

const conversationId = messageExample.conversation_id;
export const draftExample: DraftDto = {
  conversation_id: conversationId,
  content: 'Hello, al',
  reply_to: null,
  rev: 3,
  updated_at: '2026-01-01T00:00:00.000Z',
};

const summaries = {
  set: 'Keep what was typed so far; empty text takes it away. The last one wins. The own devices learn of it by `draft:changed`.',
  list: 'The drafts of the caller in conversations that they are in, the latest first.',
};

export const setDraft = clientEvent('draft:set', {
  summary: summaries.set,
  payload: SetDraftDto,
  ack: one(DraftDto),
  example: { payload: { conversationId, content: 'Hello, al' }, ack: draftExample },
});

export const listDrafts = clientEvent('draft:list', {
  summary: summaries.list,
  payload: ListDraftsDto,
  ack: pageOf(DraftDto),
  example: { payload: { limit: 20 }, ack: [draftExample] },
});

export const draftChanged = serverEvent('draft:changed', {
  summary: 'A draft is now this; to all devices of the one who writes it, and to nobody else.',
  payload: DraftChangedDto,
  example: { ...draftExample, clientId: messageExample.clientId },
});

export const putDraft = route('PUT /conversations/:id/draft', {
  tag: 'conversations',
  summary: summaries.set,
  access: 'user',
  params: ConversationPathDto,
  body: DraftTextDto,
  result: one(DraftDto),
  errors: ['CONFLICT'],
  example: { body: { content: 'Hello, al' }, result: draftExample },
});

export const getDrafts = route('GET /drafts', {
  tag: 'conversations',
  summary: summaries.list,
  access: 'user',
  query: ListDraftsDto,
  result: pageOf(DraftDto),
  example: { result: [draftExample] },
});
