import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../lib/environment.mjs';
import { Failure } from '../lib/failure.mjs';

const FOLDER = path.join(ROOT, 'apps/user-service/src/migrations');

/**
 * Writes an empty migration that runs after all there are.
 * @param {string} name words in any spelling
 * @param {{ folder?: string, now?: number }} [options]
 * @returns {Promise<{ file: string, lines: string[] }>} the lines are those that data-source.ts needs
 */
export async function createMigration(name, { folder = FOLDER, now = Date.now() } = {}) {
  const words = name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).filter((word) => word !== '');
  const kebab = words.join('-').toLowerCase();
  if (!/^[a-z]/.test(kebab)) {
    throw new Failure(
      'A migration needs a name that begins with a letter.',
      'For example: npm run migration:create -- add-nicknames',
    );
  }
  const existing = await readdir(folder);
  const twin = existing.find((file) => file.replace(/^\d+-/, '') === `${kebab}.ts`);
  if (twin) throw new Failure(`There is a migration of that name: ${twin}.`, 'Choose another name.');
  // They run in the order of their numbers; a clock that is behind must not put a new one before old ones.
  const timestamp = Math.max(
    now,
    ...existing.map((file) => Number.parseInt(file, 10) + 1).filter(Number.isFinite),
  );
  const className = kebab.replace(/(?:^|-)([a-z0-9])/g, (_match, letter) => letter.toUpperCase()) + timestamp;
  const file = path.join(folder, `${timestamp}-${kebab}.ts`);
  await writeFile(file, template(className), { flag: 'wx' });
  return {
    file,
    lines: [
      `import { ${className} } from './migrations/${timestamp}-${kebab}';`,
      `migrations: [ …, ${className} ]`,
    ],
  };
}

const template = (className) => `import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What it is for. */
export class ${className} implements MigrationInterface {
  name = '${className}';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`SELECT 1\`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(\`SELECT 1\`);
  }
}
`;
