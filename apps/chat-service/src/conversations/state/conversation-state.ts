import type { ConversationDto, ConversationType, MemberDto, RequestStatus, SystemDto } from '@app/contracts';

/**
 * A conversation as it is after one of its own changes. Never altered: a change makes the next state. All that decides who
 * may do what is in here, so that it follows from the log alone (docs/adr/0017).
 */
export interface ConversationState {
  readonly id: string;
  readonly type: ConversationType;
  readonly name: string | null;
  readonly avatar: string | null;
  readonly description: string | null;
  /** In the order of their ids. */
  readonly participants: readonly number[];
  readonly adminId: number;
  readonly moderatorIds: readonly number[];
  readonly status: RequestStatus;
  readonly initiatorId: number;
  /** Seconds; null: messages stay. */
  readonly disappearAfter: number | null;
  readonly isDeleted: boolean;
  /** Number of the change since which the join code counts: whoever knew one from before cannot join by it. */
  readonly codeEv: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Number of the last change of the conversation that this state includes; 0: as it was created. */
  readonly ev: number;
}

export type Role = MemberDto['role'];

/** One change of a conversation, as the log holds it. */
export interface ControlChange {
  /** Its number in the log. */
  readonly ev: number;
  /** The number of the one before it; 0: there is none. */
  readonly previous: number;
  /** Its place among the messages. */
  readonly seq: number;
  readonly at: Date;
  readonly actorId: number;
  readonly system: SystemDto;
}

export function roleIn(
  { participants, adminId, moderatorIds }: ConversationState,
  userId: number,
): Role | 'stranger' {
  if (!participants.includes(userId)) return 'stranger';
  if (userId === adminId) return 'admin';
  return moderatorIds.includes(userId) ? 'moderator' : 'member';
}

/** The one place where a conversation becomes what its members are told. */
export function toConversationDto(state: ConversationState): ConversationDto {
  return {
    _id: state.id,
    type: state.type,
    name: state.name,
    avatar: state.avatar,
    participants: [...state.participants],
    admin_id: state.adminId,
    moderator_ids: [...state.moderatorIds],
    status: state.status,
    initiator_id: state.initiatorId,
    ...(state.description !== null && { description: state.description }),
    ...(state.disappearAfter !== null && { disappear_after: state.disappearAfter }),
    created_at: state.createdAt.toISOString(),
    updated_at: state.updatedAt.toISOString(),
  };
}
