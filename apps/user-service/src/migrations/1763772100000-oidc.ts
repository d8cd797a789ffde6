import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sign-ins by OpenID Connect: whom the provider's people are here, and what is under way. */
export class Oidc1763772100000 implements MigrationInterface {
  name = 'Oidc1763772100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE oidc_identities (
        identity_id serial PRIMARY KEY,
        issuer      text NOT NULL,
        subject     text NOT NULL,
        user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
        linked_at   timestamptz(3) NOT NULL DEFAULT now(),
        last_used   timestamptz(3),
        CONSTRAINT oidc_identities_subject_unique UNIQUE (issuer, subject)
      )`);
    // "The identities of this user", and the cascade from users.
    await runner.query(`CREATE INDEX oidc_identities_by_user ON oidc_identities (user_id)`);

    // `secrets` is sealed. State and browser key are known to the browser only; here are their hashes.
    await runner.query(`
      CREATE TABLE oidc_flows (
        state_hash   bytea PRIMARY KEY,
        browser_hash bytea NOT NULL,
        kind         text NOT NULL CHECK (kind IN ('login', 'link', 'second-factor')),
        user_id      integer REFERENCES users ON DELETE CASCADE,
        secrets      bytea NOT NULL,
        expires_at   timestamptz(3) NOT NULL
      )`);
    // "Those that nobody has finished in time."
    await runner.query(`CREATE INDEX oidc_flows_by_expiry ON oidc_flows (expires_at)`);
    // The cascade from users.
    await runner.query(`CREATE INDEX oidc_flows_by_user ON oidc_flows (user_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE oidc_flows`);
    await runner.query(`DROP TABLE oidc_identities`);
  }
}
