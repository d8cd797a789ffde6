import type { EntryOf, StoredRecord } from '../history';

/** Somebody was a member from one change of a conversation on, until another; both are told to them. */
interface Stay {
  from: number;
  to: number;
}

/** Who was in which conversation when, as its log says. */
export class Memberships {
  /** By conversation, then by user, in their order. */
  private readonly stays = new Map<string, Map<number, Stay[]>>();

  constructor(made: Iterable<EntryOf<'conversation'>>, stored: ReadonlyMap<string, readonly StoredRecord[]>) {
    for (const { conversationId, memberIds } of made) {
      for (const id of memberIds) this.staysOf(conversationId, id).push({ from: 0, to: Infinity });
      for (const record of stored.get(conversationId) ?? []) this.follow(record);
    }
  }

  mayHear(conversationId: string, userId: number, ev: number): boolean {
    const stays = this.stays.get(conversationId)?.get(userId) ?? [];
    return stays.some(({ from, to }) => from <= ev && ev <= to);
  }

  at(conversationId: string, ev: number): number[] {
    const members: number[] = [];
    for (const [userId, stays] of this.stays.get(conversationId) ?? [])
      if (stays.some(({ from, to }) => from <= ev && ev < to)) members.push(userId);
    return members;
  }

  private follow({ conversationId, system, evs }: StoredRecord): void {
    if (!system) return;
    const ev = Math.min(...evs);
    for (const userId of system.userIds) {
      const stays = this.staysOf(conversationId, userId);
      const last = stays.at(-1);
      const isIn = last?.to === Infinity;
      if (system.action === 'member-added' || system.action === 'member-joined') {
        if (!isIn) stays.push({ from: ev, to: Infinity });
      } else if (system.action === 'member-removed' || system.action === 'member-left') {
        if (last && isIn) last.to = ev;
      }
    }
  }

  private staysOf(conversationId: string, userId: number): Stay[] {
    const ofOne = this.stays.get(conversationId) ?? new Map<number, Stay[]>();
    const stays = ofOne.get(userId) ?? [];
    this.stays.set(conversationId, ofOne.set(userId, stays));
    return stays;
  }
}
