import type { MigrationInterface, QueryRunner } from 'typeorm';
import { searchTextOf } from '../users/search-text';

const BATCH = 1_000;

interface Row {
  user_id: number;
  username: string;
  full_name: string | null;
}

/** Finding and listing users, and who did what in the security log. */
export class UserSearch1763773000000 implements MigrationInterface {
  name = 'UserSearch1763773000000';

  async up(runner: QueryRunner): Promise<void> {
    // Grows with each change of what others see of a user: who hears of the changes can tell the older from the newer.
    await runner.query(`ALTER TABLE users ADD COLUMN profile_rev integer NOT NULL DEFAULT 0`);
    await runner.query(`ALTER TABLE users ADD COLUMN search_text text NOT NULL DEFAULT ''`);
    await fill(runner);

    // "Whose name has words that begin with these", for everybody. The words are ready-made: no parser of PostgreSQL's, no locale.
    // Profiles change rarely and are searched often: no list of pending entries that each search would have to read.
    await runner.query(`CREATE INDEX users_by_words ON users USING gin ((
      array_to_tsvector(array_remove(string_to_array(search_text, ' '), '')))) WITH (fastupdate = off)`);
    // The same for admins, who also find by email and phone.
    await runner.query(`CREATE INDEX users_by_all_words ON users USING gin ((
      array_to_tsvector(array_remove(string_to_array(
        search_text || ' ' || regexp_replace(lower(email), '[^a-z0-9]+', ' ', 'g')
          || ' ' || regexp_replace(coalesce(phone, ''), '[^0-9]+', '', 'g'), ' '), '')))) WITH (fastupdate = off)`);
    // Lists in these orders (that of usernames is there already).
    await runner.query(`CREATE INDEX users_by_full_name ON users (lower(coalesce(full_name, '')), user_id)`);
    await runner.query(`CREATE INDEX users_by_creation ON users (created_at, user_id)`);

    // "What this admin has done", newest first, and "what happened between these times".
    await runner.query(
      `CREATE INDEX security_events_by_actor ON security_events (actor_id, event_id DESC) WHERE actor_id IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX security_events_by_time ON security_events (at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX security_events_by_time`);
    await runner.query(`DROP INDEX security_events_by_actor`);
    await runner.query(`DROP INDEX users_by_creation`);
    await runner.query(`DROP INDEX users_by_full_name`);
    await runner.query(`DROP INDEX users_by_all_words`);
    await runner.query(`DROP INDEX users_by_words`);
    await runner.query(`ALTER TABLE users DROP COLUMN search_text`);
    await runner.query(`ALTER TABLE users DROP COLUMN profile_rev`);
  }
}

/** For the users who are there already, some at a time. */
async function fill(runner: QueryRunner): Promise<void> {
  for (let after = 0, rows: Row[] = []; ; after = rows.at(-1)?.user_id ?? after) {
    rows = (await runner.query(
      `SELECT user_id, username, full_name FROM users WHERE user_id > $1 ORDER BY user_id LIMIT $2`,
      [after, BATCH],
    )) as Row[];
    if (rows.length === 0) return;
    const texts = rows.map(({ username, full_name: fullName }) => searchTextOf({ username, fullName }));
    await runner.query(
      `UPDATE users u SET search_text = t.text
       FROM unnest($1::integer[], $2::text[]) AS t (user_id, text) WHERE u.user_id = t.user_id`,
      [rows.map(({ user_id }) => user_id), texts],
    );
  }
}
