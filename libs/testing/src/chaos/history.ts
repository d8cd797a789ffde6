import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { linesOf } from './lines';

/** What the people of a run do. */
export type Deed =
  | 'send'
  | 'edit'
  | 'delete'
  | 'react'
  | 'unreact'
  | 'pin'
  | 'unpin'
  | 'read'
  | 'open'
  | 'close'
  | 'add'
  | 'remove'
  | 'quit'
  | 'rejoin'
  | 'rename'
  | 'promote'
  | 'demote';

/** A message as the store holds it in the end. */
export interface StoredRecord {
  kind: 'stored';
  conversationId: string;
  messageId: string;
  seq: number;
  ev: number;
  evs: number[];
  senderId: number;
  clientId: string;
  type: string;
  content: string;
  isDeleted: boolean;
  system?: { action: string; userIds: number[] };
}

/**
 * One line of what has happened. `at`: milliseconds since the run began. Deeds are logged as invoked and, under the same `id`, as
 * answered (`ok`), refused for good (`fail`), or left without an answer (nothing more).
 */
export type Entry =
  | { kind: 'run'; seed: number; at: number }
  /** A conversation as it was made, with its first members. */
  | { kind: 'conversation'; conversationId: string; creatorId: number; memberIds: number[] }
  | {
      kind: 'invoke';
      at: number;
      id: string;
      who: number;
      deed: Deed;
      conversationId: string;
      clientId: string;
      /** Connected and in sync when it was said: only then its duration says something of the system. */
      isOnline: boolean;
      messageId?: string;
      /** Said in one breath with others, without waiting for their answers: the first one's id. */
      row?: string;
    }
  /** `isFirstTry`: known of those that were said in a row. */
  | {
      kind: 'ok';
      at: number;
      id: string;
      messageId?: string;
      seq?: number;
      ev?: number;
      isFirstTry?: boolean;
    }
  | { kind: 'fail'; at: number; id: string; code: string }
  /** A live event of a conversation with a number, as it came in. */
  | {
      kind: 'heard';
      at: number;
      who: number;
      connection: number;
      event: string;
      conversationId: string;
      messageId: string;
      ev: number;
      seq?: number;
    }
  /** A push of a notification. */
  | { kind: 'pushed'; at: number; who: number; connection: number; notificationId: string }
  | { kind: 'connection'; at: number; who: number; state: 'up' | 'down' | 'gap' | 'sync'; why?: string }
  /** `detail`: how it was in particular; `note`: what was wrong with what it hit. */
  | {
      kind: 'fault';
      at: number;
      name: string;
      target: string;
      phase: 'begin' | 'end';
      detail?: string;
      note?: string;
    }
  /** A process has ended. `expected`: a fault wanted that. */
  | { kind: 'exit'; at: number; process: string; how: string; expected: boolean }
  | { kind: 'complaint'; at: number; process: string; level: string; text: string }
  /** The last deed had its answer so long after the last fault. */
  | { kind: 'answered'; afterMs: number }
  /** Whether what somebody knows equals what a new client is told, `afterMs` after the last answer. */
  | { kind: 'converged'; who: number; afterMs: number; differences: string[] }
  | {
      kind: 'notification';
      id: string;
      userId: number;
      type: string;
      conversationId: string;
      messageId: string | null;
      content: string;
      isRead: boolean;
      /** Who has reacted to the message; absent: it is not about a reaction. */
      reactorId?: number;
    }
  | { kind: 'badge'; who: number; count: number }
  /** What a service holds of the machine. `isLast`: after all have left, and the time to give back what they needed. */
  | {
      kind: 'vitals';
      at: number;
      process: string;
      pid: number;
      rssBytes: number;
      files: number;
      /** Sockets whose other end is gone and that nobody has closed. */
      closeWait: number;
      isLast?: true;
    }
  | StoredRecord;

export type EntryOf<K extends Entry['kind']> = Extract<Entry, { kind: K }>;

/** Writes a history down as it happens, one JSON object a line, and keeps nothing of it. */
export class HistoryWriter {
  private readonly stream: WriteStream;
  private readonly startedAt = performance.now();

  constructor(readonly file: string) {
    this.stream = createWriteStream(file);
  }

  /** Milliseconds since the run began. */
  get now(): number {
    return Math.round(performance.now() - this.startedAt);
  }

  add(entry: Entry): void {
    this.stream.write(`${JSON.stringify(entry)}\n`);
  }

  async close(): Promise<void> {
    this.stream.end();
    await once(this.stream, 'close');
  }
}

/** A history as it can be read again and again, without ever being in memory as a whole. */
export interface History {
  of(...kinds: Entry['kind'][]): Iterable<Entry>;
  except(...kinds: Entry['kind'][]): Iterable<Entry>;
}

export function historyOf(entries: Iterable<Entry>): History {
  const where = function* (fits: (kind: Entry['kind']) => boolean) {
    for (const entry of entries) if (fits(entry.kind)) yield entry;
  };
  return {
    of: (...kinds) => where((kind) => kinds.includes(kind)),
    except: (...kinds) => where((kind) => !kinds.includes(kind)),
  };
}

/** Lines of other kinds are passed over without being parsed: most of a history is what was heard. */
export function readHistory(file: string): History {
  const where = function* (fits: (kind: string) => boolean) {
    for (const line of linesOf(file)) if (fits(kindOf(line))) yield JSON.parse(line) as Entry;
  };
  return {
    of: (...kinds) => where((kind) => kinds.some((wanted) => wanted === kind)),
    except: (...kinds) => where((kind) => !kinds.some((unwanted) => unwanted === kind)),
  };
}

const BEFORE_KIND = '{"kind":"';

/** Each entry is written with its kind in front. */
function kindOf(line: string): string {
  if (!line.startsWith(BEFORE_KIND)) throw new Error(`This is no entry of a history: ${line.slice(0, 100)}`);
  return line.slice(BEFORE_KIND.length, line.indexOf('"', BEFORE_KIND.length));
}
