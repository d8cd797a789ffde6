import { Injectable } from '@nestjs/common';
import type { SecurityEventKind } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';
import type { SecurityEvent, SecurityEventFilter, StoredSecurityEvent } from './security-event';
import { listStatement } from './security-event-query';

@Injectable()
export class SecurityEventRepository {
  constructor(private readonly database: Database) {}

  insert(event: SecurityEvent): Promise<void> {
    return this.database.run((manager) => storeSecurityEvent(manager, event));
  }

  insertWithin(manager: EntityManager, event: SecurityEvent): Promise<void> {
    return storeSecurityEvent(manager, event);
  }

  async exists(userId: number, kind: SecurityEventKind): Promise<boolean> {
    const found = await this.database.run<unknown[]>((manager) =>
      manager.query(`SELECT 1 FROM security_events WHERE user_id = $1 AND kind = $2 LIMIT 1`, [userId, kind]),
    );
    return found.length > 0;
  }

  async removeOlderThan(days: number, limit: number): Promise<number> {
    const [, removed] = await this.database.run<[unknown[], number]>((manager) =>
      manager.query(
        `DELETE FROM security_events WHERE event_id IN (
           SELECT event_id FROM security_events WHERE at < now() - make_interval(days => $1) ORDER BY event_id LIMIT $2)`,
        [days, limit],
      ),
    );
    return removed;
  }

  /** Newest first; only those older than the one with the id `before`, if there is one. */
  list(filter: SecurityEventFilter, before: string | null, limit: number): Promise<StoredSecurityEvent[]> {
    const { text, values } = listStatement(filter, before, limit);
    return this.database.run((manager) => manager.query<StoredSecurityEvent[]>(text, values));
  }
}

/** In a transaction of somebody else's. */
export async function storeSecurityEvent(
  manager: EntityManager,
  { kind, userId, actorId, client, details }: SecurityEvent,
): Promise<void> {
  await manager.query(
    `INSERT INTO security_events (kind, user_id, actor_id, address, user_agent, details)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [kind, userId, actorId ?? null, client?.ip ?? '', plain(client?.userAgent), details ?? {}],
  );
}

const MAX_USER_AGENT = 300;

/** PostgreSQL cannot store a NUL. */
const plain = (text = '') => text.replaceAll('\0', '').slice(0, MAX_USER_AGENT);
