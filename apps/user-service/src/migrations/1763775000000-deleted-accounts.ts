import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tombstones: the number of an account outlives it, so that conversations stay readable. */
export class DeletedAccounts1763775000000 implements MigrationInterface {
  name = 'DeletedAccounts1763775000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users
        ADD COLUMN deleted_at timestamptz(3),
        DROP CONSTRAINT users_status_check,
        ADD CONSTRAINT users_status_check CHECK (status IN ('active', 'suspended', 'deleted')),
        ADD CONSTRAINT users_deleted_check CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))`);
    // "Who has been deleted since", for services that may have missed it.
    await runner.query(
      `CREATE INDEX users_deleted ON users (deleted_at, user_id) WHERE deleted_at IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX users_deleted`);
    await runner.query(`ALTER TABLE users DROP CONSTRAINT users_deleted_check`);
    // What was removed does not come back; nobody can sign in to what is left.
    await runner.query(`UPDATE users SET status = 'suspended' WHERE status = 'deleted'`);
    await runner.query(`
      ALTER TABLE users
        DROP COLUMN deleted_at,
        DROP CONSTRAINT users_status_check,
        ADD CONSTRAINT users_status_check CHECK (status IN ('active', 'suspended'))`);
  }
}
