import type { ConversationDto, MemberDto } from '@app/contracts';
import type { StoredConversation } from './conversation.schema';

/** The one place where a stored conversation becomes what the wire says. */
export function toConversationDto(stored: StoredConversation): ConversationDto {
  return {
    _id: stored._id.toHexString(),
    type: stored.type,
    name: stored.name,
    avatar: stored.avatar,
    participants: stored.participants,
    admin_id: stored.admin_id,
    moderator_ids: stored.moderator_ids,
    status: 'accepted',
    initiator_id: stored.admin_id,
    created_at: stored.created_at.toISOString(),
    updated_at: stored.updated_at.toISOString(),
  };
}

export function roleOf(userId: number, { admin_id, moderator_ids }: ConversationDto): MemberDto['role'] {
  if (userId === admin_id) return 'admin';
  return moderator_ids.includes(userId) ? 'moderator' : 'member';
}
