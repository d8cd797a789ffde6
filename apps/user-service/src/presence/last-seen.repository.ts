import { Injectable } from '@nestjs/common';
import type { SeenDto } from '@app/contracts';
import { Database } from '../database/database';

@Injectable()
export class LastSeenRepository {
  constructor(private readonly database: Database) {}

  /** Times only ever move on. The rows are locked in one order, so that two reports at once do not wait for each other. */
  async record(seen: SeenDto[]): Promise<void> {
    await this.database.run((manager) =>
      manager.query(
        `WITH seen AS (
           SELECT user_id, max(at) AS at FROM unnest($1::integer[], $2::timestamptz[]) AS s (user_id, at) GROUP BY user_id
         ), turn AS (
           SELECT user_id FROM users WHERE user_id IN (SELECT user_id FROM seen) AND status <> 'deleted'
           ORDER BY user_id FOR NO KEY UPDATE
         )
         UPDATE users SET last_seen = greatest(users.last_seen, seen.at)
         FROM seen JOIN turn USING (user_id) WHERE users.user_id = seen.user_id`,
        [seen.map(({ userId }) => userId), seen.map(({ at }) => at)],
      ),
    );
  }
}
