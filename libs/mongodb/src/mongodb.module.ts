import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { HealthRegistry, patiently, Shutdown } from '@app/platform';
import { createConnection, type Connection } from 'mongoose';
import { DriverWatch, type LostStoreError } from './driver-watch';
import { wakeWritersOfEndedConnections } from './ended-connections';
import { Heartbeats } from './heartbeats';
import { pingOnce } from './ping-once';

export const DATABASE = Symbol('MongoDB connection');

export interface MongodbOptions {
  uri: string;
  maxPoolSize: number;
  /** How the watch over the driver looks, in milliseconds; left out: as is right for a store that may be away for a while. */
  watch?: { everyMs: number; patienceMs: number };
}

interface AsyncOptions<C> {
  inject: [InjectionToken<C>];
  useFactory: (config: C) => MongodbOptions;
}

/** No wait is unbounded: the driver's own defaults are 30 s for a server and for ever for an answer. */
const DEADLINES = { serverSelectionTimeoutMS: 3_000, connectTimeoutMS: 3_000, socketTimeoutMS: 4_500 };
const PING_MS = 1_500;

wakeWritersOfEndedConnections();

/** The process has one connection to MongoDB, `DATABASE`; it is ready when the store answers. */
@Module({})
export class MongodbModule {
  static forRootAsync<C>({ inject, useFactory }: AsyncOptions<C>): DynamicModule {
    return {
      module: MongodbModule,
      global: true,
      providers: [
        {
          provide: DATABASE,
          inject: [HealthRegistry, Shutdown, ...inject],
          useFactory: (health: HealthRegistry, shutdown: Shutdown, config: C) =>
            connect(useFactory(config), health, shutdown),
        },
      ],
      exports: [DATABASE],
    };
  }
}

async function connect(
  { uri, maxPoolSize, watch: pace }: MongodbOptions,
  health: HealthRegistry,
  shutdown: Shutdown,
): Promise<Connection> {
  // An answer that did not come in time is not waited for a second time.
  const options = { ...DEADLINES, retryReads: false, bufferCommands: false, autoIndex: false, maxPoolSize };
  const connection = createConnection();
  connection.set('strictQuery', 'throw');
  connection.set('sanitizeFilter', true);
  await patiently(() => connection.openUri(uri, options));

  const ping = async () => {
    await connection.db?.command({ ping: 1 }, { timeoutMS: PING_MS });
  };
  const heartbeats = new Heartbeats(connection.getClient());
  const watch = new DriverWatch(
    { ask: ping, askAnew: () => pingOnce(uri, PING_MS), evidence: () => heartbeats.last() },
    endProcess,
    pace?.everyMs,
    pace?.patienceMs,
  );
  health.register('mongodb', ping);
  shutdown.register('stop-accepting', 'driver watch', () => {
    watch.stop();
    return Promise.resolve();
  });
  shutdown.register('close-stores', 'mongodb', () => connection.close());
  return connection;
}

/** Outside of any promise: the process says why, and its supervisor starts it anew. */
function endProcess(error: LostStoreError): void {
  setImmediate(() => {
    throw error;
  });
}
