import 'reflect-metadata';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { ConfigError } from '@app/platform';
import { loadUserConfig } from './config';
import { createDataSource } from './data-source';
import { pendingMigrations } from './database/pending-migrations';

const HELP = `Changes the schema of the user service's database (POSTGRES_URL).

  migrate run      apply what is pending; creates the database when it does not exist
  migrate revert   take back the last applied migration
  migrate show     list all migrations, [x] applied, [ ] pending

Safe to start several times at once: they take turns.`;

/** Any number, the same for all who migrate: names the lock by which they take turns. */
const MIGRATION_LOCK = 7_203_915_001;
const CONNECT_TIMEOUT_MS = 3_000;
const NO_SUCH_DATABASE = '3D000';
/** Somebody else has just created it; the second code is what the loser of a close race gets. */
const DATABASE_EXISTS = ['42P04', '23505'];

const commands: Record<string, (source: DataSource) => Promise<string[]>> = {
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
};

async function main(name: string | undefined): Promise<number> {
  const command = commands[name ?? ''];
  if (!command) {
    const asked = ['--help', '-h', 'help'].includes(name ?? '');
    console[asked ? 'log' : 'error'](HELP);
    return asked ? 0 : 1;
  }
  const url = loadUserConfig().POSTGRES_URL;
  const source = await connect(url);
  try {
    for (const line of await inTurn(source, () => command(source))) console.log(line);
    return 0;
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
    console.log(`created database ${name}`);
  } catch (error) {
    if (!DATABASE_EXISTS.includes(codeOf(error))) throw error;
  } finally {
    await client.end();
  }
}

/** One at a time per database; the lock goes with the connection, so a killed process blocks nobody. */
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

main(process.argv[2]).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message || codeOf(error) : String(error);
    console.error(
      error instanceof ConfigError
        ? reason
        : `migrate: ${reason}. Is POSTGRES_URL right, and is the server up?`,
    );
    process.exitCode = 1;
  },
);
