import type { SecurityEventKind } from '@app/contracts';

/** Something that mattered to the security of an account. */
export interface SecurityEvent {
  kind: SecurityEventKind;
  /** Whose account; null when it is nobody's. */
  userId: number | null;
  /** Who did it, when that was somebody else: an admin. */
  actorId?: number;
  client?: { ip: string; userAgent: string };
  /** Facts without secrets and without personal data. */
  details?: Record<string, string | number | boolean | null>;
}

/** As the database has it. */
export interface StoredSecurityEvent {
  event_id: string;
  kind: SecurityEventKind;
  user_id: number | null;
  actor_id: number | null;
  address: string;
  user_agent: string;
  details: Record<string, string | number | boolean | null>;
  at: Date;
}

export interface SecurityEventFilter {
  kind?: SecurityEventKind;
  userId?: number;
  actorId?: number;
  from?: string;
  to?: string;
}
