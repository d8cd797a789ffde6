import type { StoredMessage } from '../../log/stored-message';
import type { ControlChange } from './conversation-state';

/** What a `system` message says, in the words of the state; undefined for every other message. */
export function toControlChange(message: StoredMessage): ControlChange | undefined {
  const { system, evs, prev_control_ev: previous, created_at, sender_id, seq } = message;
  const [ev] = evs;
  if (!system || ev === undefined || previous === undefined) return undefined;
  return { ev, previous, seq, at: created_at, actorId: sender_id, system };
}
