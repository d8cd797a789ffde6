import { Global, Module } from '@nestjs/common';
import { Logger, patiently, Shutdown } from '@app/platform';
import type { Connection } from 'mongoose';
import { ChatConfig } from '../config';
import { DATABASE } from '@app/mongodb';
import { MessageLog } from './message-log';
import { measureLog } from './log-metrics';

async function open(
  connection: Connection,
  config: ChatConfig,
  logger: Logger,
  shutdown: Shutdown,
): Promise<MessageLog> {
  if (!connection.db) throw new Error('MongoDB is not connected');
  const options = { lanes: config.LOG_LANES, deadlineMs: config.LOG_DEADLINE_MS };
  const log = new MessageLog(connection.db, options, (error) =>
    logger.error('a log listener failed', { err: error }),
  );
  await patiently(() => log.ensureIndexes());
  measureLog(log);
  shutdown.register('finish-work', 'message log', () => log.drain());
  return log;
}

@Global()
@Module({
  providers: [{ provide: MessageLog, inject: [DATABASE, ChatConfig, Logger, Shutdown], useFactory: open }],
  exports: [MessageLog],
})
export class MessageLogModule {}
