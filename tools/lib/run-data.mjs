import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DATA } from './environment.mjs';
import { processIdentity } from './process-info.mjs';

/**
 * A data folder for one run of a tool; those that killed runs of the same tool left behind are removed.
 * @param {string} tool e.g. `chaos`
 */
export async function runDataDir(tool) {
  for (const name of await readdir(DATA).catch(() => [])) {
    const [, owner, pid] = /^(.+)-(\d+)$/.exec(name) ?? [];
    if (owner === tool && !processIdentity(Number(pid)))
      await rm(path.join(DATA, name), { recursive: true, force: true });
  }
  return path.join(DATA, `${tool}-${process.pid}`);
}

/** The same server, another database. @param {string} uri @param {string} name */
export function withDatabase(uri, name) {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.href;
}
