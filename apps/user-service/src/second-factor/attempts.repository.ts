import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';

export interface Attempt {
  /** How many there were in the running window, this one included. */
  count: number;
  /** Milliseconds until the window ends. */
  leftMs: number;
}

/** Tries in windows of time that begin with the first of them, counted for all instances. */
@Injectable()
export class AttemptsRepository {
  constructor(private readonly database: Database) {}

  /** Counted before the try is judged: of many at once none can slip through. */
  async add(key: string, windowSeconds: number): Promise<Attempt> {
    const [row] = await this.database.run((manager) =>
      manager.query<{ count: number; left: string }[]>(
        `INSERT INTO second_factor_attempts AS tries (key) VALUES ($1)
         ON CONFLICT (key) DO UPDATE SET
           count = CASE WHEN tries.since <= now() - make_interval(secs => $2) THEN 1 ELSE tries.count + 1 END,
           since = CASE WHEN tries.since <= now() - make_interval(secs => $2) THEN now() ELSE tries.since END
         RETURNING count, extract(epoch FROM since + make_interval(secs => $2) - now()) * 1000 AS left`,
        [key, windowSeconds],
      ),
    );
    return { count: row?.count ?? 1, leftMs: Math.ceil(Number(row?.left ?? 0)) };
  }

  async clear(key: string): Promise<void> {
    await this.database.run((manager) =>
      manager.query(`DELETE FROM second_factor_attempts WHERE key = $1`, [key]),
    );
  }
}
