import { conversationExample } from '../conversations/conversation.contracts';
import { ConversationDto, ConversationIdDto, ConversationPathDto } from '../conversations/conversation.dto';
import { clientEvent, listOf, one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  CreatedInviteDto,
  CreateInviteBodyDto,
  CreateInviteDto,
  InviteDto,
  InviteIdDto,
  InvitePathDto,
  JoinByInviteDto,
} from './joining.dto';

const conversationId = conversationExample._id;
const inviteExample: InviteDto = {
  _id: '6650f0d3a4b1c2d3e4f50621',
  conversation_id: conversationId,
  created_by: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-01-08T00:00:00.000Z',
  uses: 0,
  max_uses: 10,
};
const { _id: inviteId } = inviteExample;
const token = 'dGhpcyBpcyBhbiBleGFtcGxlLCAyNGIu';
const createdExample: CreatedInviteDto = { ...inviteExample, token };

const CREATE =
  'Make an invite link for a group or channel. The answer is the only place where its token is said.';
const LIST = 'The invite links by which one can join now, newest first. For admins and moderators.';
const REVOKE = 'End an invite link. Ending it twice changes nothing.';
const JOIN =
  'Join by an invite link. A member gets the conversation again, and no use is counted. A link that is unknown, over, ended or used up is NOTFOUND.';

export const createInvite = clientEvent('invite:create', {
  summary: CREATE,
  payload: CreateInviteDto,
  ack: one(CreatedInviteDto),
  example: { payload: { conversationId, expiresInSeconds: 604_800, maxUses: 10 }, ack: createdExample },
});

export const listInvites = clientEvent('invite:list', {
  summary: LIST,
  payload: ConversationIdDto,
  ack: listOf(InviteDto),
  example: { payload: { conversationId }, ack: [inviteExample] },
});

export const revokeInvite = clientEvent('invite:revoke', {
  summary: REVOKE,
  payload: InviteIdDto,
  ack: one(EmptyDto),
  example: { payload: { conversationId, inviteId }, ack: {} },
});

export const joinByInvite = clientEvent('invite:join', {
  summary: JOIN,
  payload: JoinByInviteDto,
  ack: one(ConversationDto),
  example: { payload: { token }, ack: conversationExample },
});

export const postInvite = route('POST /conversations/:id/invites', {
  tag: 'conversations',
  summary: CREATE,
  access: 'user',
  status: 201,
  params: ConversationPathDto,
  body: CreateInviteBodyDto,
  result: one(CreatedInviteDto),
  errors: ['FORBIDDEN', 'CONFLICT'],
  example: { body: { maxUses: 10 }, result: createdExample },
});

export const getInvites = route('GET /conversations/:id/invites', {
  tag: 'conversations',
  summary: LIST,
  access: 'user',
  params: ConversationPathDto,
  result: listOf(InviteDto),
  errors: ['FORBIDDEN'],
  example: { result: [inviteExample] },
});

export const deleteInvite = route('DELETE /conversations/:id/invites/:inviteId', {
  tag: 'conversations',
  summary: REVOKE,
  access: 'user',
  params: InvitePathDto,
  result: one(EmptyDto),
  errors: ['FORBIDDEN'],
  example: { result: {} },
});

export const postJoinByInvite = route('POST /conversations/join-by-invite', {
  tag: 'conversations',
  summary: JOIN,
  access: 'user',
  body: JoinByInviteDto,
  result: one(ConversationDto),
  errors: ['NOTFOUND', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: { token }, result: conversationExample },
});
