import type { Entry, EntryOf, StoredRecord } from '../history';

/** A deed and what has become of it. Without `ok` and `fail` nobody knows. */
export interface Operation {
  invoke: EntryOf<'invoke'>;
  ok?: EntryOf<'ok'>;
  fail?: EntryOf<'fail'>;
}

/** One thing that must not be. */
export interface Violation {
  /** C1 to C9. */
  check: string;
  what: string;
}

/** Somebody was a member from one change of a conversation on, until another; both are told to them. */
interface Stay {
  from: number;
  to: number;
}

/** A history by what the checks ask of it. */
export class Evidence {
  readonly operations = new Map<string, Operation>();
  readonly messages = new Map<string, StoredRecord>();
  /** Of each conversation, by `seq`. */
  readonly conversations = new Map<string, StoredRecord[]>();
  private readonly stays = new Map<string, Stay[]>();

  constructor(private readonly entries: readonly Entry[]) {
    for (const entry of entries) this.add(entry);
    for (const stored of this.conversations.values()) stored.sort((a, b) => a.seq - b.seq);
    for (const made of this.of('conversation')) this.followMembers(made);
  }

  of<K extends Entry['kind']>(kind: K): EntryOf<K>[] {
    return this.entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);
  }

  /** Whether a change of a conversation may be told to somebody. */
  mayHear(conversationId: string, userId: number, ev: number): boolean {
    return this.staysOf(conversationId, userId).some(({ from, to }) => from <= ev && ev <= to);
  }

  /** Who must be told of a new message: whoever is a member when it is said. */
  membersAt(conversationId: string, ev: number): number[] {
    const prefix = `${conversationId} `;
    return [...this.stays]
      .filter(([key, stays]) => key.startsWith(prefix) && stays.some(({ from, to }) => from <= ev && ev < to))
      .map(([key]) => Number(key.slice(prefix.length)));
  }

  /** How often somebody was brought in by somebody else. */
  invitations(): Map<string, number> {
    const counts = new Map<string, number>();
    const add = (conversationId: string, userId: number) => {
      const key = `${conversationId} ${userId}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    };
    for (const { conversationId, creatorId, memberIds } of this.of('conversation'))
      for (const id of memberIds) if (id !== creatorId) add(conversationId, id);
    for (const { conversationId, system } of this.messages.values())
      if (system?.action === 'member-added') for (const id of system.userIds) add(conversationId, id);
    return counts;
  }

  private add(entry: Entry): void {
    if (entry.kind === 'invoke') this.operations.set(entry.id, { invoke: entry });
    else if (entry.kind === 'ok') Object.assign(this.operations.get(entry.id) ?? {}, { ok: entry });
    else if (entry.kind === 'fail') Object.assign(this.operations.get(entry.id) ?? {}, { fail: entry });
    else if (entry.kind === 'stored') {
      this.messages.set(entry.messageId, entry);
      const others = this.conversations.get(entry.conversationId);
      if (others) others.push(entry);
      else this.conversations.set(entry.conversationId, [entry]);
    }
  }

  private staysOf(conversationId: string, userId: number): Stay[] {
    const key = `${conversationId} ${userId}`;
    const found = this.stays.get(key) ?? [];
    this.stays.set(key, found);
    return found;
  }

  private followMembers({ conversationId, memberIds }: EntryOf<'conversation'>): void {
    for (const id of memberIds) this.staysOf(conversationId, id).push({ from: 0, to: Infinity });
    for (const { system, evs } of this.conversations.get(conversationId) ?? []) {
      const ev = Math.min(...evs);
      for (const userId of system?.userIds ?? []) {
        const stays = this.staysOf(conversationId, userId);
        const last = stays.at(-1);
        const isIn = last?.to === Infinity;
        if (system?.action === 'member-added' || system?.action === 'member-joined') {
          if (!isIn) stays.push({ from: ev, to: Infinity });
        } else if (system?.action === 'member-removed' || system?.action === 'member-left') {
          if (last && isIn) last.to = ev;
        }
      }
    }
  }
}
