import { Injectable } from '@nestjs/common';
import { sessionRevoked, type RevocationReason, type RevokedSessionsDto } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';
import { Outbox, type Announce, type Transaction } from '../outbox/outbox';

/** Which of a user's live sessions shall end. */
export type Which = { sessionId: string } | { except?: string } | { beyond: number };

interface EndedRow {
  session_id: string;
  revoked_at: Date;
  until: Date;
}

interface RevokedRow extends EndedRow {
  user_id: number;
  revoked_reason: RevocationReason;
}

/** Where the next page begins. */
export interface RevokedAfter {
  at: Date;
  sessionId: string;
}

const ALIVE = 'revoked_at IS NULL AND expired_at > now()';
const MAX_IN_EVENT = 1_000;

/** The end of sessions, and the telling of it: one transaction. */
@Injectable()
export class RevocationRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** The ids of the sessions that this call has ended. `tokenSeconds`: how long an access token of theirs may still be valid. */
  end(userId: number, which: Which, reason: RevocationReason, tokenSeconds: number): Promise<string[]> {
    return this.outbox.transaction((manager, announce) =>
      endSessions(manager, announce, { userId, which, reason, tokenSeconds }),
    );
  }

  /** Sessions that ended or expired `days` ago or earlier; with them go the devices and addresses they were used from. */
  async removeEnded(days: number, limit: number): Promise<number> {
    const [, removed] = await this.database.run<[unknown[], number]>((manager) =>
      manager.query(
        `DELETE FROM tokens WHERE session_id IN (
           SELECT session_id FROM tokens
           WHERE least(revoked_at, expired_at) < now() - make_interval(days => $1) LIMIT $2)`,
        [days, limit],
      ),
    );
    return removed;
  }

  /** The same, in a transaction that does more than this. */
  endWithin(
    transaction: Transaction,
    announce: Announce,
    userId: number,
    which: Which,
    reason: RevocationReason,
    tokenSeconds: number,
  ): Promise<string[]> {
    return endSessions(transaction, announce, { userId, which, reason, tokenSeconds });
  }

  /** What has ended lately, in the order of its end: all whose access tokens may still be valid by their dates. */
  async listRevoked(tokenSeconds: number, after: RevokedAfter, limit: number): Promise<RevokedSessionsDto[]> {
    const rows = await this.database.run<RevokedRow[]>((manager) =>
      manager.query(
        `SELECT session_id, user_id, revoked_at, revoked_reason, revoked_at + make_interval(secs => $1) AS until
         FROM tokens
         WHERE revoked_at > now() - make_interval(secs => $1)
           AND (revoked_at, session_id) > ($2::timestamptz, $3::uuid)
         ORDER BY revoked_at, session_id LIMIT $4`,
        [tokenSeconds, after.at, after.sessionId, limit],
      ),
    );
    return rows.map((row) => toDto(row.user_id, [row], row.revoked_reason));
  }
}

export interface EndOrder {
  userId: number;
  which: Which;
  reason: RevocationReason;
  tokenSeconds: number;
}

/** For a transaction that does more than this, such as the deletion of an account. */
export async function endSessions(
  manager: EntityManager,
  announce: Announce,
  { userId, which, reason, tokenSeconds }: EndOrder,
): Promise<string[]> {
  const [condition, value] = conditionOf(which);
  const [rows] = await manager.query<[EndedRow[], number]>(
    `UPDATE tokens SET revoked_at = now(), revoked_reason = $3
     WHERE user_id = $1 AND ${ALIVE} AND ${condition}
     RETURNING session_id, revoked_at, revoked_at + make_interval(secs => $4) AS until`,
    [userId, value, reason, tokenSeconds],
  );
  for (let from = 0; from < rows.length; from += MAX_IN_EVENT) {
    await announce(
      sessionRevoked,
      String(userId),
      toDto(userId, rows.slice(from, from + MAX_IN_EVENT), reason),
    );
  }
  return rows.map(({ session_id }) => session_id);
}

/** A condition on `tokens` with `$2` in it. */
function conditionOf(which: Which): [string, string | number | null] {
  if ('sessionId' in which) return ['session_id = $2::uuid', which.sessionId];
  if ('beyond' in which) {
    const kept = `SELECT session_id FROM tokens WHERE user_id = $1 AND ${ALIVE} ORDER BY last_used DESC, session_id LIMIT $2::integer`;
    return [`session_id NOT IN (${kept})`, which.beyond];
  }
  return ['session_id IS DISTINCT FROM $2::uuid', which.except ?? null];
}

const toDto = (userId: number, rows: EndedRow[], reason: RevocationReason): RevokedSessionsDto => {
  const [first] = rows;
  const { revoked_at: at, until } = first ?? { revoked_at: new Date(0), until: new Date(0) };
  return {
    userId,
    sessionIds: rows.map(({ session_id }) => session_id),
    reason,
    at: at.toISOString(),
    until: until.toISOString(),
  };
};
