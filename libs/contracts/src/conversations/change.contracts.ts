import { clientEvent, one, route, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { CommandDto, ConversationCommandDto } from '../members/member.dto';
import {
  ConversationDeletedDto,
  ConversationUpdatedDto,
  UpdateConversationBodyDto,
  UpdateConversationDto,
} from './change.dto';
import { conversationExample } from './conversation.contracts';
import { ConversationDto, ConversationPathDto } from './conversation.dto';

const { _id: conversationId } = conversationExample;
const UPDATE = 'Change name, avatar or description of a group or channel. For moderators and the admin.';
const DELETE =
  'Delete a conversation. A group or channel: for everybody, by its admin. A private one: for oneself; it comes back with the next message, without what was in it.';
const renamed: ConversationDto = { ...conversationExample, name: 'Team B' };

export const updateConversation = clientEvent('conversation:update', {
  summary: UPDATE,
  payload: UpdateConversationDto,
  ack: one(ConversationDto),
  example: { payload: { conversationId, name: 'Team B' }, ack: renamed },
});

export const deleteConversation = clientEvent('conversation:delete', {
  summary: DELETE,
  payload: ConversationCommandDto,
  ack: one(EmptyDto),
  example: { payload: { conversationId }, ack: {} },
});

export const patchConversation = route('PATCH /conversations/:id', {
  tag: 'conversations',
  summary: UPDATE,
  access: 'user',
  params: ConversationPathDto,
  body: UpdateConversationBodyDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: { name: 'Team B' }, result: renamed },
});

export const deleteConversationRoute = route('DELETE /conversations/:id', {
  tag: 'conversations',
  summary: DELETE,
  access: 'user',
  params: ConversationPathDto,
  query: CommandDto,
  result: one(EmptyDto),
  errors: ['FORBIDDEN', 'UNAVAILABLE'],
  example: { result: {} },
});

export const conversationUpdated = serverEvent('conversation:updated', {
  summary: 'What a conversation is called, looks like or keeps has changed. To all members.',
  payload: ConversationUpdatedDto,
  example: {
    conversationId,
    name: 'Team B',
    avatar: null,
    description: null,
    disappear_after: null,
    updatedBy: 1,
    updated_at: '2026-01-01T00:05:00.000Z',
    seq: 43,
    ev: 48,
  },
});

export const conversationDeleted = serverEvent('conversation:deleted', {
  summary:
    "A conversation is over, for all its members; a private one: for the user's own devices. Nothing behind it reaches them.",
  payload: ConversationDeletedDto,
  example: { conversationId, deletedBy: 1, seq: 43, ev: 48 },
});
