import { one, pageOf, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { conversationExample } from '../conversations/conversation.contracts';
import { ConversationDto, ConversationPathDto, MemberDto } from '../conversations/conversation.dto';
import { MEMBERS } from './member.summaries';
import {
  AddMembersBodyDto,
  CommandDto,
  MembersPageDto,
  OneMemberBodyDto,
  OneMemberPathDto,
} from './member.dto';

const user = { tag: 'conversations', access: 'user' } as const;

export const getMembers = route('GET /conversations/:id/members', {
  ...user,
  summary: MEMBERS.list,
  params: ConversationPathDto,
  query: MembersPageDto,
  result: pageOf(MemberDto),
  errors: ['UNAVAILABLE'],
  example: { result: [{ userId: 1, role: 'admin', joinedAt: '2026-01-01T00:00:00.000Z', online: true }] },
});

export const postMember = route('POST /conversations/:id/members', {
  ...user,
  summary: MEMBERS.add,
  params: ConversationPathDto,
  body: AddMembersBodyDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: {
    body: { userIds: [4, 5] },
    result: { ...conversationExample, participants: [1, 2, 3, 4, 5] },
  },
});

export const deleteMember = route('DELETE /conversations/:id/members/:userId', {
  ...user,
  summary: MEMBERS.remove,
  params: OneMemberPathDto,
  query: CommandDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { result: { ...conversationExample, participants: [1, 2] } },
});

export const postLeave = route('POST /conversations/:id/leave', {
  ...user,
  summary: MEMBERS.quit,
  params: ConversationPathDto,
  body: CommandDto,
  result: one(EmptyDto),
  errors: ['CONFLICT', 'UNAVAILABLE'],
  example: { body: {}, result: {} },
});

export const postModerator = route('POST /conversations/:id/moderators', {
  ...user,
  summary: MEMBERS.promote,
  params: ConversationPathDto,
  body: OneMemberBodyDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: { userId: 2 }, result: { ...conversationExample, moderator_ids: [2] } },
});

export const deleteModerator = route('DELETE /conversations/:id/moderators/:userId', {
  ...user,
  summary: MEMBERS.demote,
  params: OneMemberPathDto,
  query: CommandDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { result: conversationExample },
});

export const postTransfer = route('POST /conversations/:id/transfer', {
  ...user,
  summary: MEMBERS.transfer,
  params: ConversationPathDto,
  body: OneMemberBodyDto,
  result: one(ConversationDto),
  errors: ['FORBIDDEN', 'CONFLICT', 'UNAVAILABLE'],
  example: { body: { userId: 2 }, result: { ...conversationExample, admin_id: 2, moderator_ids: [1] } },
});
