#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { loadEnvironment, ROOT } from './lib/environment.mjs';
import { Failure } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { report } from './lib/run-tool.mjs';
import { Output } from './lib/output.mjs';
import { createMigration } from './migration/create.mjs';

const HELP = `npm run migration:run                apply what is pending; creates the database when it does not exist
npm run migration:revert             take back the last applied migration
npm run migration:show               list all migrations: [x] applied, [ ] pending
npm run migration:create -- <name>   write an empty migration, for example: add-nicknames

The schema of the user service's database. POSTGRES_URL names it, in the environment or in .env. Installs and builds
first what is missing or old. Safe to start several times at once: they take turns.
`;

const COMMANDS = ['run', 'revert', 'show'];

async function main([command = '', ...rest]) {
  if ([command, ...rest].some((word) => ['--help', '-h', 'help'].includes(word))) {
    process.stdout.write(HELP);
    return 0;
  }
  if (command === 'create') return create(rest);
  if (!COMMANDS.includes(command) || rest.length > 0) {
    process.stderr.write(HELP);
    return 1;
  }
  const environment = await loadEnvironment();
  if (!environment.POSTGRES_URL) {
    throw new Failure(
      'POSTGRES_URL is not set: which database?',
      'Set it in the environment or in .env. npm start and npm run infra print the one that they use.',
    );
  }
  await ensureInstalled();
  await ensureBuilt();
  const program = path.join(ROOT, 'dist/apps/user-service/src/migrate.js');
  const child = spawn(process.execPath, [program, command], { env: environment, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

async function create(words) {
  const { file, lines } = await createMigration(words.join('-'));
  process.stdout
    .write(`Written: ${path.relative(ROOT, file)}\nNow add it to apps/user-service/src/data-source.ts:
${lines.map((line) => `  ${line}`).join('\n')}\n`);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    report(new Output({ stream: process.stderr, format: 'text' }), error);
    process.exitCode = 1;
  },
);
