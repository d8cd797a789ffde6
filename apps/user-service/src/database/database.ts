import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry, Logger, Shutdown } from '@app/platform';
import type { DataSource, EntityManager } from 'typeorm';
import { UserConfig } from '../config';
import { createDataSource } from '../data-source';
import { isStoreAway, storeUnavailable, withoutValues } from './database-errors';
import { pendingMigrations } from './pending-migrations';

/** Milliseconds from asking for a connection to the answer; then the caller hears UNAVAILABLE. */
const DEADLINE_MS = 2_800;
const HEALTH_DEADLINE_MS = 1_500;

/** What we use of the driver's connection. */
interface Connection {
  end(): Promise<void>;
}

/**
 * The way to PostgreSQL. Each piece of work has a deadline, and a server that is away is told apart from a
 * fault of ours: UNAVAILABLE. The first connection may come late, and any may break: the next call tries again.
 */
@Injectable()
export class Database implements OnModuleInit {
  private readonly source: DataSource;
  private readonly logger: Logger;
  private connecting: Promise<unknown> | undefined;
  private migrated = false;

  constructor(
    config: UserConfig,
    logger: Logger,
    private readonly health: HealthRegistry,
    private readonly shutdown: Shutdown,
  ) {
    this.logger = logger.child({ context: 'Database' });
    this.source = createDataSource({
      url: config.POSTGRES_URL,
      poolSize: config.POSTGRES_POOL_SIZE,
      applicationName: 'user-service',
      onIdleError: (error) => this.logger.warn('an idle connection broke', { reason: error.message }),
    });
  }

  async onModuleInit(): Promise<void> {
    this.health.register('postgres', () =>
      this.run((manager) => manager.query('SELECT 1'), HEALTH_DEADLINE_MS).then(() => undefined),
    );
    this.health.register('migrations', () => this.requireMigrations());
    this.shutdown.register('close-stores', 'postgres', () => this.close());
    await this.connect().catch((error: unknown) =>
      this.logger.warn('PostgreSQL is away', { reason: reasonOf(error) }),
    );
  }

  /** Runs `work` on one connection. Throws UNAVAILABLE when the server is away or too slow, else what `work` throws. */
  async run<T>(work: (manager: EntityManager) => Promise<T>, deadlineMs = DEADLINE_MS): Promise<T> {
    let giveUp: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      giveUp = setTimeout(() => reject(storeUnavailable()), deadlineMs);
    });
    try {
      return await Promise.race([this.perform(work, deadlineMs), late]);
    } catch (error) {
      if (!isStoreAway(error)) throw withoutValues(error);
      this.logger.warn('PostgreSQL is away', { reason: reasonOf(error) });
      throw storeUnavailable();
    } finally {
      clearTimeout(giveUp);
    }
  }

  /** Like `run`, all or nothing. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.run((manager) => manager.transaction(work));
  }

  private async perform<T>(work: (manager: EntityManager) => Promise<T>, deadlineMs: number): Promise<T> {
    await this.connect();
    const runner = this.source.createQueryRunner();
    // A connection that did not answer in time never goes back to the pool: the next caller would hang on it, too.
    const cut = setTimeout(() => {
      runner
        .connect()
        .then((connection: Connection) => connection.end())
        .catch(() => undefined);
    }, deadlineMs);
    try {
      return await work(runner.manager);
    } finally {
      clearTimeout(cut);
      await runner.release();
    }
  }

  private async connect(): Promise<void> {
    if (this.source.isInitialized && !this.connecting) return;
    this.connecting ??= this.source.initialize().finally(() => (this.connecting = undefined));
    await this.connecting;
  }

  /** Ready means: the schema is the one that this code was written for. Once true, true for the life of the process. */
  private async requireMigrations(): Promise<void> {
    if (this.migrated) return;
    const pending = await this.run(pendingMigrations, HEALTH_DEADLINE_MS);
    if (pending.length > 0) throw new Error(`pending: ${pending.join(', ')}; run: npm run migration:run`);
    this.migrated = true;
  }

  private async close(): Promise<void> {
    await this.connecting?.catch(() => undefined);
    if (this.source.isInitialized) await this.source.destroy();
  }
}

const reasonOf = (error: unknown) =>
  error instanceof Error ? error.message || String(Reflect.get(error, 'code')) : String(error);
