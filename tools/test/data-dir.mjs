import { mkdir, readdir, readlink, rm, stat, statfs, symlink } from 'node:fs/promises';
import path from 'node:path';
import { DATA } from '../lib/environment.mjs';
import { tryLock } from '../lib/lock.mjs';

const TEMPORARY = path.join(DATA, 'test');
const SERVERS = 'servers';
/** A folder in memory, on Linux. */
const IN_MEMORY = '/dev/shm';
/** What the servers write in a run of all tests is about a quarter of it. */
const ROOM_BYTES = 2 * 2 ** 30;
/** The memory that all processes of a run need, beside. */
const FREE_BYTES = ROOM_BYTES + 4 * 2 ** 30;

/**
 * A data folder for this run, locked beside it; those of killed runs are removed. `servers` is for what the servers write: in
 * memory where there is room, since a disk that stalls for seconds is not what the tests are about. TEST_DATA_DIR says where else.
 * @returns {Promise<{ dataDir: string, servers: string }>}
 */
export async function createDataDir() {
  const dataDir = path.join(TEMPORARY, String(process.pid));
  tryLock(`${dataDir}.lock`);
  for (const name of await readdir(TEMPORARY)) {
    const file = path.join(TEMPORARY, name);
    if (!name.endsWith('.lock') || 'heldBy' in tryLock(file)) continue;
    await removeDataDir(file.slice(0, -'.lock'.length));
  }
  const servers = path.join(dataDir, SERVERS);
  await mkdir(dataDir);
  const place = process.env['TEST_DATA_DIR'] || ((await hasRoom()) ? IN_MEMORY : undefined);
  if (!place) {
    await mkdir(servers);
    return { dataDir, servers };
  }
  const elsewhere = path.join(path.resolve(place), `chat-backend-test-${process.pid}`);
  await rm(elsewhere, { recursive: true, force: true });
  await mkdir(elsewhere, { recursive: true });
  // So that a later run finds it, should this one be killed.
  await symlink(elsewhere, servers);
  return { dataDir, servers: elsewhere };
}

/** @param {string} dataDir */
export async function removeDataDir(dataDir) {
  const elsewhere = await readlink(path.join(dataDir, SERVERS)).catch(() => undefined);
  if (elsewhere) await rm(elsewhere, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
  await rm(`${dataDir}.lock`, { force: true });
}

async function hasRoom() {
  const isThere = await stat(IN_MEMORY).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isThere) return false;
  const { bavail, bsize } = await statfs(IN_MEMORY);
  return bavail * bsize >= ROOM_BYTES && process.availableMemory() >= FREE_BYTES;
}
