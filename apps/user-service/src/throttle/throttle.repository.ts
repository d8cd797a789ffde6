import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';

/** How many tries there are at once; each comes back after an equal part of the window. */
export interface Allowance {
  tries: number;
  windowSeconds: number;
}

/**
 * One time per key says it all: until when its tries are spent. A try moves it by one step, time lets it fall behind; it
 * may be a window ahead. So `tries` pass at once, and in the long run as many in each window: less than twice as many
 * in any window. A row of the past is as good as none.
 */
@Injectable()
export class ThrottleRepository {
  constructor(private readonly database: Database) {}

  /** Takes one try; else the milliseconds until there is one. Exact also when many ask at once, on many instances. */
  take(key: Buffer, { tries, windowSeconds }: Allowance, within?: EntityManager): Promise<number | null> {
    const values = [key, windowSeconds / tries, windowSeconds];
    const take = async (manager: EntityManager) => {
      const taken = await manager.query<unknown[]>(
        `INSERT INTO login_throttle AS spent (key, spent_until) VALUES ($1, now() + make_interval(secs => $2))
         ON CONFLICT (key) DO UPDATE SET spent_until = greatest(spent.spent_until, now()) + make_interval(secs => $2)
           WHERE greatest(spent.spent_until, now()) + make_interval(secs => $2) <= now() + make_interval(secs => $3)
         RETURNING 1`,
        values,
      );
      if (taken.length > 0) return null;
      const rows = await manager.query<{ wait: number }[]>(
        `SELECT (extract(epoch FROM spent_until - now()) + $2 - $3)::float8 * 1000 AS wait
         FROM login_throttle WHERE key = $1`,
        values,
      );
      return Math.max(1, Math.ceil(rows[0]?.wait ?? 0));
    };
    return within ? take(within) : this.database.run(take);
  }

  /** The try is not to count after all. */
  async giveBack(key: Buffer, { tries, windowSeconds }: Allowance): Promise<void> {
    await this.database.run((manager) =>
      manager.query(
        `UPDATE login_throttle SET spent_until = spent_until - make_interval(secs => $2) WHERE key = $1`,
        [key, windowSeconds / tries],
      ),
    );
  }

  async reset(key: Buffer): Promise<void> {
    await this.database.run((manager) => manager.query(`DELETE FROM login_throttle WHERE key = $1`, [key]));
  }

  async removeOld(): Promise<void> {
    await this.database.run((manager) =>
      manager.query(`DELETE FROM login_throttle WHERE spent_until < now()`),
    );
  }
}
