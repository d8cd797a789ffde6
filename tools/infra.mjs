#!/usr/bin/env node
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { provideInfrastructure } from './infra/provide.mjs';
import { DATA, loadEnvironment } from './lib/environment.mjs';
import { Failure } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { tryLock } from './lib/lock.mjs';
import { endOrphans, recordChildren } from './lib/orphans.mjs';
import { Output } from './lib/output.mjs';
import { runTool } from './lib/run-tool.mjs';

const HELP = `Usage: npm run infra [-- options]

Runs PostgreSQL, MongoDB and RabbitMQ only, and prints their URLs as lines for .env; Ctrl-C stops them. For services
that you start yourself. Where the servers come from: see npm start -- --help.

Options
  --fresh   start over: removes the data of earlier runs first
  --help    this text

Data live in .data/infra and survive restarts.
`;

const DATA_DIR = path.join(DATA, 'infra');
const CHILDREN = path.join(DATA, 'infra.children.json');

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, fresh: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  const output = new Output();
  await runTool(output, async (shutdown) => {
    const lock = tryLock(path.join(DATA, 'infra.lock'));
    if ('heldBy' in lock) {
      throw new Failure(
        `The infrastructure runs already (pid ${lock.heldBy}).`,
        `Use it, or kill ${lock.heldBy} first.`,
      );
    }
    shutdown.push(() => lock.release());
    await endOrphans(CHILDREN);
    if (values.fresh) await rm(DATA_DIR, { recursive: true, force: true });
    await mkdir(DATA_DIR, { recursive: true });
    recordChildren(CHILDREN);
    await output.step('packages', ensureInstalled);
    const environment = await loadEnvironment();
    const { env, origin, stop } = await output.step('PostgreSQL, MongoDB, RabbitMQ', () =>
      provideInfrastructure({
        environment,
        dataDir: DATA_DIR,
        fresh: values.fresh,
        autoRestart: true,
        log: output.log,
      }),
    );
    shutdown.push(stop);
    const lines = Object.entries(env).map(([name, url]) => `${name}=${url}`);
    output.summary(`\nRunning: ${origin}. Ctrl-C stops it.\n\n${lines.join('\n')}\n`, {
      infrastructure: env,
    });
  });
}
