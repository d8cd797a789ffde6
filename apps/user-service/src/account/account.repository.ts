import { Injectable } from '@nestjs/common';
import type { Transaction } from '../outbox/outbox';
import { PERSONAL_ROWS, TOMBSTONE } from './personal-data';

const SET_TOMBSTONE = Object.entries(TOMBSTONE)
  .map(([column, value]) => `${column} = ${value}`)
  .join(', ');

/** Takes an account out of the tables. Each step belongs into the transaction of the whole. */
@Injectable()
export class AccountRepository {
  /** Null when there is none (any more). Sign-ins and other changes of the account wait from here on. */
  async lock(transaction: Transaction, userId: number): Promise<{ isLastAdmin: boolean } | null> {
    // Admins who go at the same time go one after the other, and each sees what the one before has left.
    await transaction.query(`SELECT 1 FROM roles WHERE name = 'admin' FOR UPDATE`);
    const rows = await transaction.query<unknown[]>(
      `SELECT 1 FROM users WHERE user_id = $1 AND status <> 'deleted' FOR UPDATE`,
      [userId],
    );
    if (rows.length === 0) return null;
    const admins = await transaction.query<{ user_id: number }[]>(
      `SELECT user_id FROM roles JOIN user_role USING (role_id) JOIN users USING (user_id)
       WHERE name = 'admin' AND status = 'active' LIMIT 2`,
    );
    return { isLastAdmin: admins.length === 1 && admins[0]?.user_id === userId };
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
