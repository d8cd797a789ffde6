import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** Everything that the tools keep between runs; git-ignored. */
export const DATA = path.join(ROOT, '.data');

/**
 * The environment of the system: `.env` of the checkout, if there is one, under the real environment. Empty values
 * count as not set.
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function loadEnvironment() {
  const text = await readFile(path.join(ROOT, '.env'), 'utf8').catch(() => '');
  const environment = { ...parseDotEnv(text), ...process.env };
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

/**
 * `NAME=value` lines; comments, `export`, single and double quotes.
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function parseDotEnv(text) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const quoted = /^(['"])(.*)\1(?:\s+#.*)?$/.exec(match[2]);
    values[match[1]] = quoted ? quoted[2] : match[2].replace(/(^|\s+)#.*$/, '');
  }
  return values;
}

/**
 * Where a program lies, like `which`.
 * @param {string} program
 * @returns {Promise<string | null>}
 */
export async function findOnPath(program) {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, program);
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  return null;
}

/** @param {string} file */
export async function isExecutable(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
