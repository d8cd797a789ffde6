/** What there is of a conversation beside its messages. */
export interface Place {
  conversation: object | null;
  memberships: object[];
  receipts: object[];
  progress: object | null;
  /** What is younger than this may not have come everywhere yet. */
  settled: Date;
}

export interface Problem {
  check: string;
  /** The same at each look, as long as it is there. */
  problem: string;
  detail?: string;
  /** What the log has does not tell whether this is right. */
  isDoubtful?: boolean;
  /** Absent: it cannot be derived. */
  repair?: { kind: string };
}

/** The checks of a conversation, by name, in words. */
export const LOG_CHECKS: Record<string, string>;

/** Looks at one conversation; `message` is to be called with all of its messages in the order of `seq`. Pure. */
export function examination(place: Place): { message(message: object): void; end(): Problem[] };
