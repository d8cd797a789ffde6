#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { loadEnvironment, ROOT } from './lib/environment.mjs';
import { Failure } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { Output } from './lib/output.mjs';
import { report } from './lib/run-tool.mjs';

/** `npm run admin`: runs apps/user-service/src/admin.ts, which explains itself, in the environment of .env. */
async function main(args) {
  const environment = await loadEnvironment();
  const asksForHelp = args.some((word) => ['--help', '-h', 'help'].includes(word));
  if (!environment.POSTGRES_URL && !asksForHelp) {
    throw new Failure(
      'POSTGRES_URL is not set: which database?',
      'Set it in the environment or in .env. npm start and npm run infra print the one that they use.',
    );
  }
  await ensureInstalled();
  await ensureBuilt();
  const program = path.join(ROOT, 'dist/apps/user-service/src/admin.js');
  const child = spawn(process.execPath, [program, ...args], { env: environment, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    report(new Output({ stream: process.stderr, format: 'text' }), error);
    process.exitCode = 1;
  },
);
