import { rooms } from '@app/realtime';
import type { ConversationState } from './conversation-state';

const CAPACITY = 20_000;
/** A change that this instance was not told of is found after this time at the latest. */
const LIFETIME_MS = 30_000;

interface Entry {
  state: ConversationState;
  checkedAt: number;
}

/** The newest state known of each conversation. */
export class StateCache {
  private readonly entries = new Map<string, Entry>();

  get(id: string): ConversationState | undefined {
    return this.entries.get(id)?.state;
  }

  /** Keeps the newer one of this and what is there; answers with it. */
  put(state: ConversationState): ConversationState {
    const known = this.entries.get(state.id);
    const newest = known && known.state.ev > state.ev ? known.state : state;
    if (known) {
      known.state = newest;
      known.checkedAt = Date.now();
      return newest;
    }
    if (this.entries.size >= CAPACITY) this.dropOldest();
    this.entries.set(state.id, { state: newest, checkedAt: Date.now() });
    return newest;
  }

  drop(id: string): void {
    this.entries.delete(id);
  }

  isOld(id: string): boolean {
    return (this.entries.get(id)?.checkedAt ?? 0) < Date.now() - LIFETIME_MS;
  }

  touch(id: string): void {
    const entry = this.entries.get(id);
    if (entry) entry.checkedAt = Date.now();
  }

  private dropOldest(): void {
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }
}

const roomsByState = new WeakMap<ConversationState, string[]>();

/** The rooms of all members. Made once per state: a group of a thousand has a thousand names. */
export function roomsOf(state: ConversationState): string[] {
  let names = roomsByState.get(state);
  if (!names) roomsByState.set(state, (names = state.participants.map(rooms.user)));
  return names;
}
