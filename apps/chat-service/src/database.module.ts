import { Global, Module } from '@nestjs/common';
import { HealthRegistry, patiently, Shutdown } from '@app/platform';
import { createConnection, type Connection } from 'mongoose';
import { ChatConfig } from './config';

export const DATABASE = Symbol('MongoDB connection');

/** No wait is unbounded: the driver's own defaults are 30 s for a server and for ever for an answer. */
const DEADLINES = { serverSelectionTimeoutMS: 3_000, connectTimeoutMS: 3_000, socketTimeoutMS: 4_500 };

async function connect(config: ChatConfig, health: HealthRegistry, shutdown: Shutdown): Promise<Connection> {
  const uri = config.CHAT_DB_URL || config.MONGODB_URI;
  const options = {
    ...DEADLINES,
    // An answer that did not come in time is not waited for a second time.
    retryReads: false,
    bufferCommands: false,
    autoIndex: false,
    maxPoolSize: 50,
  };
  const connection = createConnection();
  connection.set('strictQuery', 'throw');
  connection.set('sanitizeFilter', true);
  await patiently(() => connection.openUri(uri, options));
  health.register('mongodb', async () => {
    await connection.db?.command({ ping: 1 }, { timeoutMS: 1_500 });
  });
  shutdown.register('close-stores', 'mongodb', () => connection.close());
  return connection;
}

@Global()
@Module({
  providers: [{ provide: DATABASE, inject: [ChatConfig, HealthRegistry, Shutdown], useFactory: connect }],
  exports: [DATABASE],
})
export class DatabaseModule {}
