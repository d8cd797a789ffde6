import { Injectable } from '@nestjs/common';
import type { UserStatus } from '@app/contracts';
import { Database } from '../database/database';
import type { Transaction } from '../outbox/outbox';
import { lockStanding, type Standing } from './standing';

@Injectable()
export class StandingRepository {
  constructor(private readonly database: Database) {}

  /** Null when there is no such user. Who else wants to change it waits for the end of the transaction. */
  lock(transaction: Transaction, userId: number): Promise<Standing | null> {
    return lockStanding(transaction, userId);
  }

  async setStatus(transaction: Transaction, userId: number, status: UserStatus): Promise<void> {
    await transaction.query(`UPDATE users SET status = $2, updated_at = now() WHERE user_id = $1`, [
      userId,
      status,
    ]);
  }

  /** The names that are no roles; if there are any, nothing has been changed. */
  async setRoles(transaction: Transaction, userId: number, names: string[]): Promise<string[]> {
    const roles = await transaction.query<{ role_id: number; name: string }[]>(
      `SELECT role_id, name FROM roles WHERE name = ANY($1::text[]) FOR KEY SHARE`,
      [names],
    );
    const unknown = names.filter((name) => !roles.some((role) => role.name === name));
    if (unknown.length > 0) return unknown;
    const ids = roles.map(({ role_id }) => role_id);
    await transaction.query(`DELETE FROM user_role WHERE user_id = $1 AND role_id <> ALL($2::integer[])`, [
      userId,
      ids,
    ]);
    await transaction.query(
      `INSERT INTO user_role (user_id, role_id) SELECT $1, unnest($2::integer[]) ON CONFLICT DO NOTHING`,
      [userId, ids],
    );
    return [];
  }

  /** In alphabetical order; null when there is no such user. */
  async findRoles(userId: number): Promise<string[] | null> {
    const rows = await this.database.run<{ roles: string[] }[]>((manager) =>
      manager.query(
        `SELECT ARRAY(SELECT r.name FROM user_role ur JOIN roles r ON r.role_id = ur.role_id
           WHERE ur.user_id = u.user_id ORDER BY r.name) AS roles
         FROM users u WHERE u.user_id = $1 AND u.status <> 'deleted'`,
        [userId],
      ),
    );
    return rows[0]?.roles ?? null;
  }
}
