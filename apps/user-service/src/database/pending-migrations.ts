import type { EntityManager } from 'typeorm';

/** Names of the migrations that this code needs and the database does not have, in the order in which they are to run. */
export async function pendingMigrations(manager: EntityManager): Promise<string[]> {
  const known = manager.dataSource.migrations.map(
    (migration) => migration.name ?? migration.constructor.name,
  );
  const [table] = await manager.query<{ found: string | null }[]>(
    `SELECT to_regclass('migrations')::text AS found`,
  );
  if (!table?.found) return known;
  const applied = await manager.query<{ name: string }[]>(`SELECT name FROM migrations`);
  return known.filter((name) => !applied.some((row) => row.name === name));
}
