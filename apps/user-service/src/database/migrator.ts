import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../data-source';
import { pendingMigrations } from './pending-migrations';

/** Any number, the same for all who migrate: names the lock by which they take turns. */
const MIGRATION_LOCK = 7_203_915_001;
const CONNECT_TIMEOUT_MS = 3_000;
const NO_SUCH_DATABASE = '3D000';
/** Somebody else has just created it; the second code is what the loser of a close race gets. */
const DATABASE_EXISTS = ['42P04', '23505'];

/** What a run says, line by line. */
type Migrate = (source: DataSource) => Promise<string[]>;

export const migrations = {
  run: async (source) => {
    const applied = await source.runMigrations();
    return applied.length > 0 ? applied.map(({ name }) => `applied ${name}`) : ['nothing to apply'];
  },
  revert: async (source) => {
    const before = await pendingMigrations(source.manager);
    await source.undoLastMigration();
    const reverted = (await pendingMigrations(source.manager)).filter((name) => !before.includes(name));
    return reverted.length > 0 ? reverted.map((name) => `reverted ${name}`) : ['nothing to revert'];
  },
  show: async (source) => {
    const pending = await pendingMigrations(source.manager);
    return source.migrations.map(({ name = '' }) => `[${pending.includes(name) ? ' ' : 'x'}] ${name}`);
  },
} satisfies Record<string, Migrate>;

/** Does it to the database at `url`, which is created when the server does not have it. Several at once take turns. */
export async function migrate(url: string, what: keyof typeof migrations): Promise<string[]> {
  const source = await connect(url);
  try {
    return await inTurn(source, () => migrations[what](source));
  } finally {
    await source.destroy();
  }
}

async function connect(url: string): Promise<DataSource> {
  const source = createDataSource({
    url,
    poolSize: 2,
    applicationName: 'user-service migrate',
    patient: true,
  });
  return source.initialize().catch(async (error: unknown) => {
    if (codeOf(error) !== NO_SUCH_DATABASE) throw error;
    await createDatabase(url);
    return source.initialize();
  });
}

/** Through the `postgres` database, which every server has. */
async function createDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  const name = decodeURIComponent(maintenance.pathname.slice(1));
  maintenance.pathname = '/postgres';
  const client = new Client({
    connectionString: maintenance.href,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if (!DATABASE_EXISTS.includes(codeOf(error))) throw error;
  } finally {
    await client.end();
  }
}

/** The lock goes with the connection, so a killed process blocks nobody. */
async function inTurn<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work();
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await runner.release();
  }
}

const codeOf = (error: unknown) =>
  String(typeof error === 'object' && error !== null && 'code' in error ? error.code : '');
