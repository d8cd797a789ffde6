import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMigration } from '../../../tools/migration/create.mjs';
import { dropDatabase, freshDatabaseUrl } from './support/user-service';

const exec = promisify(execFile);
const ROOT = path.join(__dirname, '../../..');

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** `npm run <script> -- <args>`, to its end. An empty POSTGRES_URL wins over the one of a .env. */
async function npmRun(script: string, args: string[], url: string): Promise<Outcome> {
  const env = { ...process.env, POSTGRES_URL: url };
  try {
    const { stdout, stderr } = await exec('npm', ['run', '--silent', script, '--', ...args], {
      cwd: ROOT,
      env,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Outcome;
  }
}

const SCRIPTS = ['migration:run', 'migration:revert', 'migration:show', 'migration:create'];

describe('npm run migration:*', { timeout: 120_000 }, () => {
  it('applies, lists and takes back', async () => {
    const url = freshDatabaseUrl();
    const lines = async (script: string) => (await npmRun(script, [], url)).stdout.trim().split('\n');
    try {
      const pending = await lines('migration:show');
      for (const line of pending) expect(line).toMatch(/^\[ \] \w+$/);
      const names = pending.map((line) => line.slice(4));

      expect(await lines('migration:run')).toEqual(names.map((name) => `applied ${name}`));
      expect(await lines('migration:revert')).toEqual([`reverted ${String(names.at(-1))}`]);
      const marks = (await lines('migration:show')).map((line) => line.slice(0, 3));
      expect(marks).toEqual([...names.slice(1).map(() => '[x]'), '[ ]']);
    } finally {
      await dropDatabase(url);
    }
  });

  it('explain themselves, with and without a database', async () => {
    const texts = await Promise.all(SCRIPTS.map((script) => npmRun(script, ['--help'], '')));
    for (const { code, stdout } of texts) {
      expect(code).toBe(0);
      for (const script of SCRIPTS) expect(stdout).toContain(`npm run ${script}`);
    }
    const nowhere = await npmRun('migration:run', [], '');
    expect(nowhere.code).toBe(1);
    expect(nowhere.stderr).toContain('POSTGRES_URL is not set');
    expect(nowhere.stderr).toContain('in the environment or in .env');
    const away = await npmRun('migration:show', [], 'postgres://nobody:secret@127.0.0.1:1/none');
    expect(away.code).toBe(1);
    expect(away.stderr).toContain('Is POSTGRES_URL right, and is the server up?');
    expect(away.stderr).not.toContain('secret');
    expect((await npmRun('migration:create', [], '')).stderr).toContain('needs a name');
  });
});

describe('a new migration', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'migrations-'));
    await writeFile(path.join(folder, '2000000000000-from-a-fast-clock.ts'), '');
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('is named in one way and runs after all others', async () => {
    const { file, lines } = await createMigration('addNicknames to_users', {
      folder,
      now: 1_900_000_000_000,
    });
    expect(path.basename(file)).toBe('2000000000001-add-nicknames-to-users.ts');
    const source = await readFile(file, 'utf8');
    expect(source).toContain('export class AddNicknamesToUsers2000000000001 implements MigrationInterface {');
    expect(source).toContain("name = 'AddNicknamesToUsers2000000000001';");
    expect(lines).toEqual([
      `import { AddNicknamesToUsers2000000000001 } from './migrations/2000000000001-add-nicknames-to-users';`,
      'migrations: [ …, AddNicknamesToUsers2000000000001 ]',
    ]);
    const later = await createMigration('more', { folder, now: 2_100_000_000_000 });
    expect(path.basename(later.file)).toBe('2100000000000-more.ts');
  });

  it('needs a name that nothing else has', async () => {
    for (const name of ['', '1st', '../'])
      await expect(createMigration(name, { folder })).rejects.toThrow('begins with a letter');
    await expect(createMigration('from a fast clock', { folder })).rejects.toThrow(
      'is a migration of that name',
    );
  });
});
