#!/usr/bin/env node
import path from 'node:path';
import { provideInfrastructure } from './infra/provide.mjs';
import { findRabbitmq } from './infra/rabbitmq-packages.mjs';
import { ensureBuilt, migrate } from './lib/build.mjs';
import { endChildren } from './lib/children.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { onInterrupt } from './lib/interrupt.mjs';
import { Output } from './lib/output.mjs';
import { report } from './lib/run-tool.mjs';
import { contractGaps } from './test/contract-coverage.mjs';
import { createDataDir, removeDataDir } from './test/data-dir.mjs';
import { runVitest } from './test/vitest.mjs';

const HELP = `Usage: npm test [-- arguments of vitest]

Installs the packages, builds, starts a PostgreSQL, a MongoDB and a RabbitMQ of its own (own ports, data removed at
the end; a running npm start does not matter), and runs all tests against them. Servers that POSTGRES_URL,
MONGODB_URI or RABBITMQ_URL name in the environment are used instead; .env is not read. With a broker that is named, the
journeys run one at a time, unless RABBITMQ_MANAGEMENT_URL names its management plugin (http://user:password@host:port).
What the servers write is in memory (/dev/shm) where there is room for it, else in .data/test; TEST_DATA_DIR names another folder.

  npm test -- apps/chat-service        the tests of one folder
  npm test -- -t 'keeps the order'     the tests of that name

A run of all tests also fails for each client event and route that no test uses with success, and for each that none uses
with input that is refused. The last line says how many passed and failed.
`;

async function main() {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return;
  }
  const output = new Output();
  const { dataDir, servers } = await createDataDir();
  let stop = async () => {};
  let interrupted = false;
  onInterrupt(() => {
    interrupted = true;
    output.mute();
    // Whatever waits for a child (vitest, a server) then comes to its end, and with it `finally` below.
    void endChildren(10_000);
  });
  let result = { exitCode: 1, passed: 0, failed: 1 };
  try {
    const broker = process.env['RABBITMQ_URL'] ? undefined : findRabbitmq(output.log).catch(() => {});
    await output.step('packages', ensureInstalled);
    await broker;
    const [infrastructure] = await Promise.all([
      output.step('PostgreSQL, MongoDB, RabbitMQ', () => provide(servers, output)),
      output.step('build', ensureBuilt),
    ]);
    stop = infrastructure.stop;
    const env = { ...process.env, ...infrastructure.env };
    if (!interrupted) env['POSTGRES_TEMPLATE'] = await output.step('schema', () => createTemplate(env));
    if (!interrupted) result = await runTests({ args, env, dataDir });
  } catch (error) {
    if (!interrupted) report(output, error);
  } finally {
    await stop().catch(() => {});
    await endChildren(10_000);
    await removeDataDir(dataDir);
  }
  process.stdout.write(`${result.passed} passed, ${result.failed} failed\n`);
  process.exit(interrupted ? 130 : result.exitCode);
}

/** All of them, and then the contracts that they leave out. */
async function runTests({ args, env, dataDir }) {
  const usesFile = path.join(dataDir, 'contracts.tsv');
  const result = await runVitest({ args, env: { ...env, CONTRACT_USE_FILE: usesFile }, dataDir });
  if (args.length > 0 || result.exitCode !== 0) return result;
  const gaps = await contractGaps(usesFile);
  if (gaps.length === 0) return result;
  process.stderr.write(
    `\nContracts that the tests leave out:\n${gaps.map((gap) => `  ${gap}\n`).join('')}\n`,
  );
  return { ...result, exitCode: 1, failed: gaps.length };
}

function provide(dataDir, output) {
  const project = `chat-backend-test-${process.pid}`;
  return provideInfrastructure({
    ...{ environment: process.env, dataDir, project, log: output.log },
    // Each system of the tests gets a virtual host of its own.
    management: true,
    throwaway: true,
  });
}

/** A database as all migrations leave it: to copy it takes a tenth of the time. Nobody is ever connected to it. */
async function createTemplate(env) {
  const url = new URL(env['POSTGRES_URL']);
  url.pathname = `t_template_${process.pid}`;
  await migrate({ ...env, POSTGRES_URL: url.href });
  return url.pathname.slice(1);
}

main().catch((error) => {
  report(new Output(), error);
  process.exitCode = 1;
});
