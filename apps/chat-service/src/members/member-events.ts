import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  conversationDeleted,
  conversationUpdated,
  memberAdded,
  memberRemoved,
  moderatorUpdated,
} from '@app/contracts';
import type { Target } from '@app/realtime';
import {
  type ControlChange,
  type ConversationState,
  type Role,
} from '../conversations/state/conversation-state';
import { MessageFeed } from '../feed/message-feed';

/** Tells members what has happened to their conversation, at its place among the messages. */
@Injectable()
export class MemberEvents implements OnModuleInit {
  constructor(private readonly feed: MessageFeed) {}

  onModuleInit(): void {
    this.feed.onControl((control, state, target) => this.tell(control, state, target));
  }

  private tell(
    { system, actorId, seq, ev, at }: ControlChange,
    state: ConversationState,
    target: Target,
  ): void {
    const { action, userIds } = system;
    const place = { conversationId: state.id, seq, ev };
    const [userId] = userIds;
    const people = { ...place, userId: userId ?? actorId, userIds, memberCount: state.participants.length };
    switch (action) {
      case 'member-added':
      case 'member-joined':
        return target.emit(memberAdded, { ...people, addedBy: actorId });
      case 'member-removed':
      case 'member-left':
        return target.emit(memberRemoved, { ...people, removedBy: actorId });
      case 'moderator-promoted':
      case 'moderator-demoted':
      case 'admin-changed':
        return target.emit(moderatorUpdated, {
          ...place,
          userId: people.userId,
          role: ROLE_BY_ACTION[action],
          updatedBy: actorId,
          admin_id: state.adminId,
          moderator_ids: [...state.moderatorIds],
        });
      case 'conversation-updated':
      case 'disappearing-changed':
        return target.emit(conversationUpdated, {
          ...place,
          name: state.name,
          avatar: state.avatar,
          description: state.description,
          disappear_after: state.disappearAfter,
          updatedBy: actorId,
          updated_at: at.toISOString(),
        });
      case 'conversation-deleted':
        return target.emit(conversationDeleted, { ...place, deletedBy: actorId });
      case 'code-rotated':
      case 'request-accepted':
      case 'request-declined':
        return;
      default:
        // What a newer instance may have written.
        return nothing(action);
    }
  }
}

const nothing = (_action: never): void => undefined;

const ROLE_BY_ACTION = {
  'moderator-promoted': 'moderator',
  'moderator-demoted': 'member',
  'admin-changed': 'admin',
} as const satisfies Record<string, Role>;
