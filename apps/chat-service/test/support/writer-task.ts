/** What a writer process is told to do: each sender pipelines its messages, edits some, reports every answer. */
export interface WriterTask {
  uri: string;
  database: string;
  conversationIds: string[];
  senders: { id: number; from: number; to: number }[];
  /** Sends that one sender has in flight. */
  window: number;
  /** Every n-th message of a sender is edited after its answer; 0: none. */
  editEvery: number;
}

/** For measuring: every sender repeats send and answer until time is up; only the totals are reported. */
export interface BenchTask {
  uri: string;
  database: string;
  conversationIds: string[];
  inFlight: number;
  warmUpMs: number;
  measureMs: number;
}

export type WriterReport =
  | {
      kind: 'sent';
      clientId: string;
      messageId: string;
      seq: number;
      duplicate: boolean;
      conversationId: string;
    }
  | { kind: 'edited'; messageId: string; ev: number }
  | { kind: 'disorder'; conversationId: string; before: number; ev: number }
  | { kind: 'failed'; clientId: string; reason: string }
  | { kind: 'done'; flushes: number; lostRaces: number }
  | {
      kind: 'measured';
      sent: number;
      failed: number;
      p50: number;
      p99: number;
      cpu: number;
      flushes: number;
      lostRaces: number;
    };

/** The n-th message of a sender has the same clientId whichever process sends it. */
export function clientIdOf(senderId: number, n: number): string {
  return `${senderId}-${n}`;
}
