import { historyOf, type Entry, type EntryOf, type History, type StoredRecord } from '../history';
import { Memberships } from './memberships';

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

/** So many for each message that they are read anew by each check that asks for them, and not kept. */
const NUMEROUS = ['heard', 'pushed', 'notification'] as const satisfies Entry['kind'][];
/** What is asked for by its id. */
const INDEXED: ReadonlySet<Entry['kind']> = new Set(['invoke', 'ok', 'fail', 'stored']);
const isNumerous = (kind: Entry['kind']) => NUMEROUS.some((numerous) => numerous === kind);

type Kept = Exclude<Entry['kind'], 'invoke' | 'ok' | 'fail' | 'stored'>;

/** A history by what the checks ask of it. */
export class Evidence {
  readonly operations = new Map<string, Operation>();
  readonly messages = new Map<string, StoredRecord>();
  /** Of each conversation, by `seq`. */
  readonly conversations = new Map<string, StoredRecord[]>();
  private readonly history: History;
  private readonly kept = new Map<Entry['kind'], Entry[]>();
  private readonly counts = new Map<Entry['kind'], number>();
  private readonly memberships: Memberships;

  constructor(history: History | Iterable<Entry>) {
    this.history = 'of' in history ? history : historyOf(history);
    for (const entry of this.history.except(...NUMEROUS)) this.add(entry);
    for (const stored of this.conversations.values()) stored.sort((a, b) => a.seq - b.seq);
    this.memberships = new Memberships(this.of('conversation'), this.conversations);
  }

  /** The numerous ones are read from the history while one goes through them. */
  of<K extends Kept>(kind: K): Iterable<EntryOf<K>> {
    const entries = isNumerous(kind) ? this.read(kind) : (this.kept.get(kind) ?? []);
    return entries as Iterable<EntryOf<K>>;
  }

  /** How many there are; of the numerous ones that is known once somebody has gone through them. */
  count(kind: Kept): number {
    if (!isNumerous(kind)) return this.kept.get(kind)?.length ?? 0;
    const known = this.counts.get(kind);
    if (known !== undefined) return known;
    for (const _ of this.read(kind)) continue;
    return this.counts.get(kind) ?? 0;
  }

  /** Whether a change of a conversation may be told to somebody. */
  mayHear(conversationId: string, userId: number, ev: number): boolean {
    return this.memberships.mayHear(conversationId, userId, ev);
  }

  /** Who must be told of a new message: whoever is a member when it is said. */
  membersAt(conversationId: string, ev: number): number[] {
    return this.memberships.at(conversationId, ev);
  }

  /** How often somebody was brought in by somebody else: of each conversation, by user. */
  invitations(): Map<string, Map<number, number>> {
    const counts = new Map<string, Map<number, number>>();
    const add = (conversationId: string, userId: number) => {
      const ofOne = counts.get(conversationId) ?? new Map<number, number>();
      counts.set(conversationId, ofOne.set(userId, (ofOne.get(userId) ?? 0) + 1));
    };
    for (const { conversationId, creatorId, memberIds } of this.of('conversation'))
      for (const id of memberIds) if (id !== creatorId) add(conversationId, id);
    for (const { conversationId, system } of this.messages.values())
      if (system?.action === 'member-added') for (const id of system.userIds) add(conversationId, id);
    return counts;
  }

  private *read(kind: Entry['kind']): Generator<Entry> {
    let count = 0;
    for (const entry of this.history.of(kind)) {
      count++;
      yield entry;
    }
    this.counts.set(kind, count);
  }

  private add(entry: Entry): void {
    if (entry.kind === 'invoke') this.operations.set(entry.id, { invoke: entry });
    else if (entry.kind === 'ok') Object.assign(this.operations.get(entry.id) ?? {}, { ok: entry });
    else if (entry.kind === 'fail') Object.assign(this.operations.get(entry.id) ?? {}, { fail: entry });
    else if (entry.kind === 'stored') {
      this.messages.set(entry.messageId, entry);
      append(this.conversations, entry.conversationId, entry);
    }
    if (!INDEXED.has(entry.kind)) append(this.kept, entry.kind, entry);
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
