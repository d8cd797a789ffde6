import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Authenticator apps and their recovery codes. */
export class SecondFactors1763772000000 implements MigrationInterface {
  name = 'SecondFactors1763772000000';

  async up(runner: QueryRunner): Promise<void> {
    // `secret` is sealed. It counts from `enabled_at` on. A code of `last_step` or before has been used.
    await runner.query(`
      CREATE TABLE second_factors (
        user_id    integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        secret     bytea NOT NULL,
        enabled_at timestamptz(3),
        last_step  bigint NOT NULL DEFAULT 0,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    // A used code is removed.
    await runner.query(`
      CREATE TABLE recovery_codes (
        user_id   integer NOT NULL REFERENCES second_factors ON DELETE CASCADE,
        code_hash bytea NOT NULL,
        PRIMARY KEY (user_id, code_hash)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE recovery_codes`);
    await runner.query(`DROP TABLE second_factors`);
  }
}
