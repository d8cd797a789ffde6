import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How people stand to each other, and what they let others see. */
export class People1763774000000 implements MigrationInterface {
  name = 'People1763774000000';

  async up(runner: QueryRunner): Promise<void> {
    // Numbers facts about people, so that whoever hears of them out of order knows the latest.
    await runner.query(`CREATE SEQUENCE people_rev`);

    await runner.query(`
      CREATE TABLE contact_requests (
        request_id   serial PRIMARY KEY,
        sender_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
        addressee_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
        hidden       boolean NOT NULL DEFAULT false,
        created_at   timestamptz(3) NOT NULL DEFAULT now(),
        CHECK (sender_id <> addressee_id)
      )`);
    // One open request between two people, whoever asked.
    await runner.query(`
      CREATE UNIQUE INDEX contact_requests_pair_unique
        ON contact_requests (least(sender_id, addressee_id), greatest(sender_id, addressee_id))`);
    // The two lists, newest first, and the cascades from users.
    await runner.query(
      `CREATE INDEX contact_requests_outgoing ON contact_requests (sender_id, request_id DESC)`,
    );
    await runner.query(
      `CREATE INDEX contact_requests_incoming ON contact_requests (addressee_id, request_id DESC)`,
    );

    // Two rows per pair, so that everybody's list is one range of one index.
    await runner.query(`
      CREATE TABLE contacts (
        user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
        contact_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
        since      timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, contact_id),
        CHECK (user_id <> contact_id)
      )`);
    await runner.query(`CREATE INDEX contacts_newest ON contacts (user_id, since DESC, contact_id DESC)`);
    await runner.query(`CREATE INDEX contacts_by_contact ON contacts (contact_id)`);

    await runner.query(`
      CREATE TABLE blocks (
        user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
        blocked_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, blocked_id),
        CHECK (user_id <> blocked_id)
      )`);
    await runner.query(`CREATE INDEX blocks_newest ON blocks (user_id, created_at DESC, blocked_id DESC)`);
    await runner.query(`CREATE INDEX blocks_by_blocked ON blocks (blocked_id)`);

    await runner.query(`
      CREATE TABLE privacy_settings (
        user_id       integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        presence      text NOT NULL CHECK (presence IN ('everyone', 'contacts', 'nobody')),
        last_seen     text NOT NULL CHECK (last_seen IN ('everyone', 'contacts', 'nobody')),
        read_receipts boolean NOT NULL,
        rev           bigint NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE privacy_settings`);
    await runner.query(`DROP TABLE blocks`);
    await runner.query(`DROP TABLE contacts`);
    await runner.query(`DROP TABLE contact_requests`);
    await runner.query(`DROP SEQUENCE people_rev`);
  }
}
