import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ProcessHandle, startInfrastructure } from '../../../../tools/infra/index.mjs';

export interface MongodbServer {
  uri: string;
  process: ProcessHandle;
  stop(): Promise<void>;
}

/** A server of this test's own, to be stopped and killed as it likes. */
export async function startMongodb(): Promise<MongodbServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'message-log-'));
  const infrastructure = await startInfrastructure({ dataDir, only: ['mongodb'] });
  const [process] = infrastructure.processes;
  if (!process) throw new Error('No mongod was started');
  return {
    uri: infrastructure.mongodbUri,
    process,
    stop: async () => {
      await infrastructure.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
