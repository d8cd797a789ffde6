import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which instance's turn an event is, that its own instance has left behind: until then it is left alone by the others. */
export class OutboxClaims1763776000000 implements MigrationInterface {
  name = 'OutboxClaims1763776000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE outbox ADD COLUMN claimed_until timestamptz(3)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE outbox DROP COLUMN claimed_until`);
  }
}
