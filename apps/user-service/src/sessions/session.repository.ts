import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database';
import { Session } from './session.entity';

/** Whom a session belongs to. */
export interface SessionOwner {
  username: string;
  roles: string[];
}

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

  /**
   * How many live sessions the user has with this one; null when the user is not active. The lock makes a suspension wait that
   * comes at the same moment, so that it finds this session too.
   */
  async insert(
    sessionId: string,
    userId: number,
    refreshHash: Buffer,
    client: Client,
    ttlSeconds: number,
  ): Promise<number | null> {
    const { userAgent, address } = deviceOf(client);
    return this.database.transaction(async (manager) => {
      const active = await manager.query<unknown[]>(
        `SELECT 1 FROM users WHERE user_id = $1 AND status = 'active' FOR SHARE`,
        [userId],
      );
      if (active.length === 0) return null;
      await manager.query(
        `INSERT INTO tokens (session_id, user_id, refresh_hash, user_agent, address, expired_at)
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`,
        [sessionId, userId, refreshHash, userAgent, address, ttlSeconds],
      );
      return alive(manager).andWhere('user_id = :userId', { userId }).getCount();
    });
  }

  /** What the user had signed in with before, as far as sessions are remembered. Of two at once, the later one counts the earlier. */
  async listEarlierAgents(sessionId: string, userId: number): Promise<string[]> {
    const rows = await this.database.run<{ user_agent: string }[]>((manager) =>
      manager.query(
        `SELECT DISTINCT user_agent FROM tokens
         WHERE user_id = $2 AND (created_at, session_id) < (SELECT created_at, session_id FROM tokens WHERE session_id = $1)`,
        [sessionId, userId],
      ),
    );
    return rows.map(({ user_agent }) => user_agent);
  }

  /** Whose session it is or was. */
  async findUserOf(sessionId: string): Promise<number | null> {
    const rows = await this.database.run<{ user_id: number }[]>((manager) =>
      manager.query(`SELECT user_id FROM tokens WHERE session_id = $1`, [sessionId]),
    );
    return userIdOf(rows);
  }

  /** The user, if the presented token is the session's latest. */
  async findHolder(sessionId: string, presented: Buffer): Promise<number | null> {
    const rows = await this.database.run((manager) =>
      alive(manager)
        .andWhere('session_id = :sessionId AND refresh_hash = :presented', { sessionId, presented })
        .getRawMany<{ user_id: number }>(),
    );
    return userIdOf(rows);
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

  /** Most recently used first. */
  listAlive(userId: number): Promise<Session[]> {
    return this.database.run((manager) =>
      manager
        .createQueryBuilder(Session, 'session')
        .where(`user_id = :userId AND ${ALIVE}`, { userId })
        .orderBy('last_used', 'DESC')
        .addOrderBy('session_id')
        .getMany(),
    );
  }

  /** The owner's name and roles as they are now, if session and owner are alive. */
  async findOwner(sessionId: string, userId: number): Promise<SessionOwner | null> {
    const rows = await this.database.run<SessionOwner[]>((manager) =>
      manager.query(
        `SELECT u.username, array_remove(array_agg(r.name), NULL) AS roles
         FROM tokens t
         JOIN users u ON u.user_id = t.user_id AND u.status = 'active'
         LEFT JOIN user_role ur ON ur.user_id = u.user_id
         LEFT JOIN roles r ON r.role_id = ur.role_id
         WHERE t.session_id = $1 AND t.user_id = $2 AND t.revoked_at IS NULL AND t.expired_at > now()
         GROUP BY u.username`,
        [sessionId, userId],
      ),
    );
    return rows[0] ?? null;
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
