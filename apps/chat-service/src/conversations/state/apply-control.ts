import type { ControlChange, ConversationState } from './conversation-state';

/** The state after the change. Pure: every instance comes to the same state from the same log. */
export function applyControl(state: ConversationState, change: ControlChange): ConversationState {
  return { ...state, ...effectOf(state, change), ev: change.ev, updatedAt: change.at };
}

function effectOf(
  { participants, moderatorIds, adminId }: ConversationState,
  { ev, system: { action, userIds, ...values } }: ControlChange,
): Partial<ConversationState> {
  const leaving = () => ({
    participants: without(participants, userIds),
    moderatorIds: without(moderatorIds, userIds),
  });
  switch (action) {
    case 'member-added':
    case 'member-joined':
      return { participants: [...new Set([...participants, ...userIds])].sort((a, b) => a - b) };
    case 'member-removed':
      // They know the code, and must not come back by it.
      return { ...leaving(), codeEv: ev };
    case 'member-left':
      return leaving();
    case 'moderator-promoted':
      return { moderatorIds: [...without(moderatorIds, userIds), ...userIds] };
    case 'moderator-demoted':
      return { moderatorIds: without(moderatorIds, userIds) };
    case 'admin-changed': {
      const [next = adminId] = userIds;
      // Who hands over stays on as a moderator, unless they are not there any more.
      const before = participants.includes(adminId) && adminId !== next ? [adminId] : [];
      return { adminId: next, moderatorIds: [...without(moderatorIds, [next, ...before]), ...before] };
    }
    case 'conversation-updated':
      return {
        ...(values.name !== undefined && { name: values.name }),
        ...(values.avatar !== undefined && { avatar: values.avatar }),
        ...(values.description !== undefined && { description: values.description }),
      };
    case 'disappearing-changed':
      return { disappearAfter: values.disappearAfter ?? null };
    case 'request-accepted':
      return { status: 'accepted' };
    case 'request-declined':
      return { status: 'declined' };
    case 'conversation-deleted':
      return { isDeleted: true };
    case 'code-rotated':
      return { codeEv: ev };
    default:
      // A newer instance may write what this one does not know; it follows the numbers all the same.
      return nothing(action);
  }
}

const nothing = (_action: never): Partial<ConversationState> => ({});

const without = (ids: readonly number[], gone: readonly number[]) => ids.filter((id) => !gone.includes(id));
