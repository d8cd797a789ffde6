import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, their roles, and their sessions. */
export class UsersAndSessions1763683200000 implements MigrationInterface {
  name = 'UsersAndSessions1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        user_id       serial PRIMARY KEY,
        username      text NOT NULL,
        email         text NOT NULL,
        password_hash text NOT NULL,
        full_name     text,
        avatar_url    text,
        phone         text,
        status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
        last_seen     timestamptz(3),
        created_at    timestamptz(3) NOT NULL DEFAULT now(),
        updated_at    timestamptz(3) NOT NULL DEFAULT now()
      )`);
    // Sign-in looks users up by these, and registration leaves it to them to say what is taken.
    await runner.query(`CREATE UNIQUE INDEX users_username_unique ON users (lower(username))`);
    await runner.query(`CREATE UNIQUE INDEX users_email_unique ON users (lower(email))`);

    await runner.query(`
      CREATE TABLE roles (
        role_id     serial PRIMARY KEY,
        name        text NOT NULL CONSTRAINT roles_name_unique UNIQUE,
        description text NOT NULL DEFAULT ''
      )`);
    await runner.query(`INSERT INTO roles (name, description) VALUES ('member', 'Every account has it.')`);

    await runner.query(`
      CREATE TABLE user_role (
        user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
        role_id     integer NOT NULL REFERENCES roles ON DELETE CASCADE,
        assigned_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, role_id)
      )`);
    // "Who has this role", and the cascade from roles.
    await runner.query(`CREATE INDEX user_role_by_role ON user_role (role_id)`);

    await runner.query(`
      CREATE TABLE tokens (
        session_id    uuid PRIMARY KEY,
        user_id       integer NOT NULL REFERENCES users ON DELETE CASCADE,
        refresh_hash  bytea NOT NULL,
        previous_hash bytea,
        rotated_at    timestamptz(3),
        user_agent    text NOT NULL DEFAULT '',
        address       text NOT NULL DEFAULT '',
        created_at    timestamptz(3) NOT NULL DEFAULT now(),
        last_used     timestamptz(3) NOT NULL DEFAULT now(),
        expired_at    timestamptz(3) NOT NULL,
        revoked_at    timestamptz(3)
      )`);
    // "The sessions of this user", and the cascade from users.
    await runner.query(`CREATE INDEX tokens_by_user ON tokens (user_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE tokens`);
    await runner.query(`DROP TABLE user_role`);
    await runner.query(`DROP TABLE roles`);
    await runner.query(`DROP TABLE users`);
  }
}
