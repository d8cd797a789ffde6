import { fromDist } from '../../lib/dist.mjs';

/** The schema is the one that this code was written for. */
export const migrations = {
  store: 'postgres',
  titles: { migrations: 'migrations are applied' },
  async look({ stores: { postgres }, report }) {
    const { pendingMigrations } = fromDist('apps/user-service/src/database/pending-migrations.js');
    for (const name of await pendingMigrations(postgres.manager))
      report({ check: 'migrations', subject: name, problem: 'pending', detail: 'npm run migration:run' });
    return { migrations: postgres.migrations.length };
  },
};
