import { clientEvent, one, pageOf, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { conversationExample } from '../conversations/conversation.contracts';
import { ConversationDto, MemberDto } from '../conversations/conversation.dto';
import { MEMBERS } from './member.summaries';
import {
  AddMembersDto,
  ConversationCommandDto,
  ListMembersDto,
  MembersAddedDto,
  MembersRemovedDto,
  ModeratorUpdatedDto,
  OneMemberDto,
} from './member.dto';

const { _id: conversationId } = conversationExample;
const place = { conversationId, seq: 43, ev: 48 };

export const listMembers = clientEvent('conversation:members', {
  summary: MEMBERS.list,
  payload: ListMembersDto,
  ack: pageOf(MemberDto),
  example: {
    payload: { conversationId },
    ack: [{ userId: 1, role: 'admin', joinedAt: '2026-01-01T00:00:00.000Z', online: true }],
  },
});

export const addMember = clientEvent('conversation:add-member', {
  summary: MEMBERS.add,
  payload: AddMembersDto,
  ack: one(ConversationDto),
  example: {
    payload: { conversationId, userIds: [4, 5] },
    ack: { ...conversationExample, participants: [1, 2, 3, 4, 5] },
  },
});

export const removeMember = clientEvent('conversation:remove-member', {
  summary: MEMBERS.remove,
  payload: OneMemberDto,
  ack: one(ConversationDto),
  example: {
    payload: { conversationId, userId: 3 },
    ack: { ...conversationExample, participants: [1, 2] },
  },
});

export const quitConversation = clientEvent('conversation:quit', {
  summary: MEMBERS.quit,
  payload: ConversationCommandDto,
  ack: one(EmptyDto),
  example: { payload: { conversationId }, ack: {} },
});

export const promoteModerator = clientEvent('conversation:promote-moderator', {
  summary: MEMBERS.promote,
  payload: OneMemberDto,
  ack: one(ConversationDto),
  example: {
    payload: { conversationId, userId: 2 },
    ack: { ...conversationExample, moderator_ids: [2] },
  },
});

export const demoteModerator = clientEvent('conversation:demote-moderator', {
  summary: MEMBERS.demote,
  payload: OneMemberDto,
  ack: one(ConversationDto),
  example: { payload: { conversationId, userId: 2 }, ack: conversationExample },
});

export const transferConversation = clientEvent('conversation:transfer', {
  summary: MEMBERS.transfer,
  payload: OneMemberDto,
  ack: one(ConversationDto),
  example: {
    payload: { conversationId, userId: 2 },
    ack: { ...conversationExample, admin_id: 2, moderator_ids: [1] },
  },
});

export const memberAdded = serverEvent('conversation:member-added', {
  summary: 'People have become members. To all members, them included, at its place among the messages.',
  payload: MembersAddedDto,
  example: { ...place, userId: 4, userIds: [4, 5], memberCount: 5, addedBy: 1 },
});

export const memberRemoved = serverEvent('conversation:member-removed', {
  summary:
    'Somebody is a member no longer. To all members, and to them; of what comes behind it in the conversation they get nothing.',
  payload: MembersRemovedDto,
  example: { ...place, userId: 3, userIds: [3], memberCount: 2, removedBy: 1 },
});

export const moderatorUpdated = serverEvent('conversation:moderator-updated', {
  summary: "A member's role has changed. To all members.",
  payload: ModeratorUpdatedDto,
  example: { ...place, userId: 2, role: 'moderator', updatedBy: 1, admin_id: 1, moderator_ids: [2] },
});
