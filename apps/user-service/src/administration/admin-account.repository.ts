import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { lockStanding } from './standing';

/** An account that is to become an admin's. */
export interface Candidate {
  userId: number;
  passwordHash: string;
  status: string;
}

@Injectable()
export class AdminAccountRepository {
  constructor(private readonly database: Database) {}

  async hasAdmin(): Promise<boolean> {
    const rows = await this.database.run<unknown[]>((manager) =>
      manager.query(
        `SELECT 1 FROM roles JOIN user_role USING (role_id) JOIN users USING (user_id)
         WHERE name = 'admin' AND status = 'active' LIMIT 1`,
      ),
    );
    return rows.length > 0;
  }

  async findByEmail(email: string): Promise<Candidate | null> {
    const rows = await this.database.run<{ user_id: number; password_hash: string; status: string }[]>(
      (manager) =>
        manager.query(`SELECT user_id, password_hash, status FROM users WHERE lower(email) = lower($1)`, [
          email,
        ]),
    );
    const [row] = rows;
    return row ? { userId: row.user_id, passwordHash: row.password_hash, status: row.status } : null;
  }

  /** Whether this call has made the user an admin. */
  appoint(userId: number): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const standing = await lockStanding(manager, userId);
      if (!standing || standing.roles.includes('admin')) return false;
      await manager.query(
        `INSERT INTO user_role (user_id, role_id) SELECT $1, role_id FROM roles WHERE name = 'admin'`,
        [userId],
      );
      return true;
    });
  }
}
