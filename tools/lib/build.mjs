import { createHash } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DATA, ROOT } from './environment.mjs';
import { Failure, messageOf } from './failure.mjs';
import { withLock } from './lock.mjs';
import { runCommand } from './run-command.mjs';

const SOURCES = ['apps', 'libs', '.swcrc', 'package.json', 'package-lock.json', 'tsconfig.json'];
const STAMP = path.join(ROOT, 'dist', '.sources');

/** Builds unless the sources are those of the last build. Returns whether there was something to do. */
export async function ensureBuilt() {
  return withLock(path.join(DATA, 'build.lock'), async () => {
    const sources = await hashSources();
    if ((await readFile(STAMP, 'utf8').catch(() => '')) === sources) return false;
    try {
      // What is left of deleted sources must not live on (a migration, say).
      await rm(path.join(ROOT, 'dist'), { recursive: true, force: true });
      await runCommand('npm', ['run', '--silent', 'build']);
    } catch (error) {
      throw new Failure(messageOf(error), 'Correct the source named above, then try again.', {
        cause: error,
      });
    }
    await writeFile(STAMP, sources);
    return true;
  });
}

/** Brings the schema of PostgreSQL up to date, from the build. @param {NodeJS.ProcessEnv} env */
export async function migrate(env) {
  try {
    await runCommand(process.execPath, ['dist/apps/user-service/src/migrate.js', 'run'], { env });
  } catch (error) {
    const advice =
      'Look at the migration named above; `npm start -- --fresh` starts over with empty databases.';
    throw new Failure(messageOf(error), advice, { cause: error });
  }
}

async function hashSources() {
  const hash = createHash('sha256');
  for (const source of SOURCES) await addToHash(hash, source);
  return hash.digest('hex');
}

async function addToHash(hash, relative) {
  const absolute = path.join(ROOT, relative);
  const content = await readFile(absolute).catch((error) => (error.code === 'EISDIR' ? null : ''));
  if (content !== null) {
    hash.update(`${relative}\0${content.length}\0`).update(content);
    return;
  }
  for (const name of (await readdir(absolute)).sort()) await addToHash(hash, path.join(relative, name));
}
