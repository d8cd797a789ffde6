import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is still to be told to other services, what happened to the security of accounts, and the built-in roles. */
export class OutboxAndSecurityLog1763770000000 implements MigrationInterface {
  name = 'OutboxAndSecurityLog1763770000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        position bigserial PRIMARY KEY,
        event_id uuid NOT NULL CONSTRAINT outbox_event_id_unique UNIQUE,
        type     text NOT NULL,
        key      text NOT NULL,
        data     jsonb NOT NULL,
        at       timestamptz(3) NOT NULL DEFAULT now()
      )`);

    // No foreign keys: the log outlives the account, and then holds nothing but its number.
    await runner.query(`
      CREATE TABLE security_events (
        event_id   bigserial PRIMARY KEY,
        kind       text NOT NULL,
        user_id    integer,
        actor_id   integer,
        address    text NOT NULL DEFAULT '',
        user_agent text NOT NULL DEFAULT '',
        details    jsonb NOT NULL DEFAULT '{}',
        at         timestamptz(3) NOT NULL DEFAULT now()
      )`);
    // "What happened to this user", newest first.
    await runner.query(`CREATE INDEX security_events_by_user ON security_events (user_id, event_id DESC)`);
    // "All of this kind", newest first.
    await runner.query(`CREATE INDEX security_events_by_kind ON security_events (kind, event_id DESC)`);

    await runner.query(`ALTER TABLE tokens ADD COLUMN revoked_reason text`);
    // "What has ended lately": other services ask it when they start.
    await runner.query(
      `CREATE INDEX tokens_by_end ON tokens (revoked_at, session_id) WHERE revoked_at IS NOT NULL`,
    );

    await runner.query(`
      INSERT INTO roles (name, description) VALUES
        ('admin', 'Manages users and roles.'),
        ('moderator', 'Looks after conversations.')
      ON CONFLICT (name) DO NOTHING`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM roles WHERE name IN ('admin', 'moderator')`);
    await runner.query(`DROP INDEX tokens_by_end`);
    await runner.query(`ALTER TABLE tokens DROP COLUMN revoked_reason`);
    await runner.query(`DROP TABLE security_events`);
    await runner.query(`DROP TABLE outbox`);
  }
}
