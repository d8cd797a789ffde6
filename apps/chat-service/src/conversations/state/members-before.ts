import type { ControlChange, ConversationState } from './conversation-state';

/**
 * Who was in it before the changes, undone one by one: the log keeps what has changed, not every state. `changes`: all up to the
 * state from one of them on, in their order; what the state does not include yet does not count.
 */
export function membersBefore(
  { participants, ev }: ConversationState,
  changes: readonly ControlChange[],
): readonly number[] {
  const undone = changes.filter((change) => change.ev <= ev).toReversed();
  if (undone.length === 0) return participants;
  const members = new Set(participants);
  for (const { system } of undone) {
    for (const id of system.userIds) {
      if (system.action === 'member-added' || system.action === 'member-joined') members.delete(id);
      if (system.action === 'member-removed' || system.action === 'member-left') members.add(id);
    }
  }
  return [...members].sort((a, b) => a - b);
}
