import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mails and the tokens in them, confirmed addresses, and the counting of tries. */
export class SignIn1763771000000 implements MigrationInterface {
  name = 'SignIn1763771000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users
        ADD COLUMN email_verified_at timestamptz(3),
        ADD COLUMN password_version  integer NOT NULL DEFAULT 1`);

    // What is to be sent. No address and no secret: the sender looks one up and makes the other. A row without a user
    // is a request for somebody who has no account; it costs as much as one for somebody who has, hence no foreign key.
    await runner.query(`
      CREATE TABLE mails (
        mail_id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        kind       text NOT NULL,
        user_id    integer,
        attempts   integer NOT NULL DEFAULT 0,
        due_at     timestamptz(3) NOT NULL DEFAULT now(),
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    // "The next ones to be sent."
    await runner.query(`CREATE INDEX mails_by_due ON mails (due_at)`);

    await runner.query(`
      CREATE TABLE mail_tokens (
        token_hash bytea PRIMARY KEY,
        user_id    integer NOT NULL REFERENCES users ON DELETE CASCADE,
        kind       text NOT NULL,
        email      text NOT NULL,
        expires_at timestamptz(3) NOT NULL
      )`);
    // "All of this user's are void", and the cascade from users.
    await runner.query(`CREATE INDEX mail_tokens_by_user ON mail_tokens (user_id)`);

    await runner.query(`
      CREATE TABLE login_throttle (
        key         bytea PRIMARY KEY,
        spent_until timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE login_throttle`);
    await runner.query(`DROP TABLE mail_tokens`);
    await runner.query(`DROP TABLE mails`);
    await runner.query(`ALTER TABLE users DROP COLUMN email_verified_at, DROP COLUMN password_version`);
  }
}
