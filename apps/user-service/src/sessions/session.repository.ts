import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database';
import { Session } from './session.entity';

/** The device that a session is used from. */
export interface Client {
  ip: string;
  userAgent: string;
}

export interface Rotation {
  sessionId: string;
  presented: Buffer;
  next: Buffer;
  client: Client;
  ttlSeconds: number;
}

const ALIVE = 'revoked_at IS NULL AND expired_at > now()';
const inSeconds = (name: string) => `now() + make_interval(secs => :${name})`;

/** All times are the database's: instances need not agree on the clock. */
@Injectable()
export class SessionRepository {
  constructor(private readonly database: Database) {}

  async insert(
    sessionId: string,
    userId: number,
    refreshHash: Buffer,
    client: Client,
    ttlSeconds: number,
  ): Promise<void> {
    await this.database.run((manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into(Session)
        .values({
          sessionId,
          userId,
          refreshHash,
          ...deviceOf(client),
          expiredAt: () => inSeconds('ttlSeconds'),
        })
        .setParameters({ ttlSeconds })
        .updateEntity(false)
        .execute(),
    );
  }

  /** Trades the presented token for the next, if it is the session's latest. Of many at once exactly one succeeds. */
  async rotate({ sessionId, presented, next, client, ttlSeconds }: Rotation): Promise<number | null> {
    const result = await this.database.run((manager) =>
      manager
        .createQueryBuilder()
        .update(Session)
        .set({
          previousHash: () => 'refresh_hash',
          refreshHash: next,
          rotatedAt: () => 'now()',
          lastUsed: () => 'now()',
          expiredAt: () => inSeconds('ttlSeconds'),
          ...deviceOf(client),
        })
        .where(`session_id = :sessionId AND refresh_hash = :presented AND ${ALIVE}`, { sessionId, presented })
        .setParameters({ ttlSeconds })
        .returning('user_id')
        .execute(),
    );
    return userIdOf(result.raw as { user_id: number }[]);
  }

  /** The user, if the presented token was traded for the session's latest no longer than `graceSeconds` ago. */
  async findRecentlyRotated(
    sessionId: string,
    presented: Buffer,
    graceSeconds: number,
  ): Promise<number | null> {
    const rows = await this.database.run((manager) =>
      alive(manager)
        .andWhere('previous_hash = :presented', { presented })
        .andWhere('rotated_at > now() - make_interval(secs => :graceSeconds)', { graceSeconds })
        .andWhere('session_id = :sessionId', { sessionId })
        .getRawMany<{ user_id: number }>(),
    );
    return userIdOf(rows);
  }

  /** Ends the session; false when it had ended already. */
  async revoke(sessionId: string): Promise<boolean> {
    const { affected } = await this.database.run((manager) =>
      manager
        .createQueryBuilder()
        .update(Session)
        .set({ revokedAt: () => 'now()' })
        .where(`session_id = :sessionId AND ${ALIVE}`, { sessionId })
        .execute(),
    );
    return affected === 1;
  }

  async isAlive(sessionId: string, userId: number): Promise<boolean> {
    const rows = await this.database.run((manager) =>
      alive(manager)
        .andWhere('session_id = :sessionId', { sessionId })
        .andWhere('user_id = :userId', { userId })
        .getRawMany<{ user_id: number }>(),
    );
    return rows.length === 1;
  }
}

const alive = (manager: EntityManager): SelectQueryBuilder<Session> =>
  manager.createQueryBuilder(Session, 'session').select('user_id').where(ALIVE);

const userIdOf = (rows: { user_id: number }[]) => rows[0]?.user_id ?? null;

const MAX_USER_AGENT = 300;

/** Headers are the caller's to choose: kept short, and without what PostgreSQL cannot store. */
const deviceOf = ({ ip, userAgent }: Client) => ({
  userAgent: userAgent.replaceAll('\0', '').slice(0, MAX_USER_AGENT),
  address: ip,
});
