import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { Transaction } from '../outbox/outbox';
import { PERSONAL_ROWS, TOMBSTONE } from './personal-data';

/** A deleted account, in the order of deletion. */
export interface DeletedPlace {
  userId: number;
  at: Date;
}

const SET_TOMBSTONE = Object.entries(TOMBSTONE)
  .map(([column, value]) => `${column} = ${value}`)
  .join(', ');

/** Takes an account out of the tables. Each step belongs into the transaction of the whole. */
@Injectable()
export class AccountRepository {
  constructor(private readonly database: Database) {}

  /** In the order of their deletion. */
  listDeleted(since: Date, after: DeletedPlace | null, limit: number): Promise<DeletedPlace[]> {
    return this.database.run((manager) =>
      manager.query(
        `SELECT user_id AS "userId", deleted_at AS at FROM users
         WHERE deleted_at >= $1 AND ($2::timestamptz IS NULL OR (deleted_at, user_id) > ($2::timestamptz, $3::integer))
         ORDER BY deleted_at, user_id LIMIT $4`,
        [since, after?.at ?? null, after?.userId ?? null, limit],
      ),
    );
  }

  /** When it was deleted: now. */
  async entomb(transaction: Transaction, userId: number): Promise<Date> {
    for (const { table, where, blank } of PERSONAL_ROWS) {
      const condition = where.replaceAll('$1', '$1::integer');
      await transaction.query(
        blank === undefined
          ? `DELETE FROM ${table} WHERE ${condition}`
          : `UPDATE ${table} SET ${blank} WHERE ${condition}`,
        [userId],
      );
    }
    const [rows] = await transaction.query<[{ deleted_at: Date }[], number]>(
      `UPDATE users SET ${SET_TOMBSTONE} WHERE user_id = $1 RETURNING deleted_at`,
      [userId],
    );
    return rows[0]?.deleted_at ?? new Date();
  }
}
