import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

const NAMES = ['JWT_ACCESS_SECRET', 'JWT_REFRESH_SECRET', 'SECRETS_KEY'];

/**
 * The secrets of this development system, made once: tokens stay valid over a restart.
 * @param {string} file
 * @returns {Promise<Record<string, string>>}
 */
export async function developmentSecrets(file) {
  const known = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  const secrets = Object.fromEntries(
    NAMES.map((name) => [name, known[name] ?? randomBytes(32).toString('hex')]),
  );
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}
