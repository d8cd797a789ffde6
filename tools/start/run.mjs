import { constants } from 'node:fs';
import { access, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ensureBuilt, migrate } from '../lib/build.mjs';
import { DATA, loadEnvironment } from '../lib/environment.mjs';
import { Failure, messageOf } from '../lib/failure.mjs';
import { ensureInstalled } from '../lib/install.mjs';
import { tryLock } from '../lib/lock.mjs';
import { endOrphans, recordChildren } from '../lib/orphans.mjs';
import { chooseServicePorts } from '../lib/service-ports.mjs';
import { isDockerRunning } from '../infra/docker.mjs';
import { provideInfrastructure } from '../infra/provide.mjs';
import { findRabbitmq } from '../infra/rabbitmq-packages.mjs';
import { startSystem } from '../system/index.mjs';
import { seedDemoAccounts } from './demo.mjs';
import { developmentSecrets } from './secrets.mjs';
import { summarize } from './summary.mjs';

const LOCK = path.join(DATA, 'start.lock');
const CHILDREN = path.join(DATA, 'start.children.json');
const DATA_DIR = path.join(DATA, 'start');

/**
 * Brings the whole system up; every part that needs an end is pushed to `shutdown`.
 * @param {{ fresh: boolean, instances: Record<string, number> }} options
 * @param {import('../lib/output.mjs').Output} output
 * @param {import('../lib/shutdown.mjs').Shutdown} shutdown
 */
export async function bringUp({ fresh, instances }, output, shutdown) {
  const startedAt = Date.now();
  await takeOver(output, shutdown);
  const environment = await loadEnvironment();
  const ports = await chooseServicePorts(environment, instances);
  if (fresh) await rm(DATA_DIR, { recursive: true, force: true });
  await mkdir(DATA_DIR, { recursive: true });
  const secrets = await developmentSecrets(path.join(DATA_DIR, 'secrets.json'));

  // The broker's packages come from elsewhere than npm's: get both at once.
  const broker = environment['RABBITMQ_URL'] ? undefined : prefetchBroker(output);
  await output.step('packages', ensureInstalled);
  const infrastructure = await prepare({ environment, fresh, broker }, output, shutdown);
  const env = { NODE_ENV: 'development', ...secrets, ...environment, ...infrastructure.env };
  const system = await output.step('services', () => startServices({ env, instances, ports }, output));
  shutdown.push(() => system.stop());
  shutdown.ready();

  const gatewayUrl = `http://localhost:${new URL(system.gatewayUrl).port}`;
  await output.step('demo accounts', () => seedDemoAccounts(gatewayUrl));
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const { text, facts } = summarize({
    gatewayUrl,
    infrastructure: infrastructure.env,
    origin: infrastructure.origin,
    seconds,
  });
  output.summary(text, facts);
}

/** Makes sure that nobody else runs the system from this checkout, and that nothing of a killed run is left. */
async function takeOver(output, shutdown) {
  await mkdir(DATA, { recursive: true }).catch(() => {});
  for (const folder of [DATA, DATA_DIR]) {
    await access(folder, constants.W_OK).catch((error) => {
      if (error.code === 'ENOENT') return;
      throw new Failure(
        `${folder} cannot be written: ${messageOf(error)}`,
        'It belongs to another user: run as that one, or remove it.',
      );
    });
  }
  const lock = tryLock(LOCK);
  if ('heldBy' in lock) {
    throw new Failure(
      `The system runs from this folder already (pid ${lock.heldBy}).`,
      `Use that one, or stop it first: Ctrl-C in its terminal, or kill ${lock.heldBy}.`,
    );
  }
  shutdown.push(() => lock.release());
  const ended = await endOrphans(CHILDREN);
  if (ended.length > 0) {
    output.log({
      name: 'start',
      level: 'warn',
      message: `ended what a killed run had left: ${ended.join(', ')}`,
    });
  }
  recordChildren(CHILDREN);
  shutdown.push(() => rm(CHILDREN, { force: true }));
}

async function prefetchBroker(output) {
  if (await isDockerRunning()) return;
  // Whatever is wrong will be said when the broker is started, if it comes to that.
  await findRabbitmq(output.log).catch(() => {});
}

/** Servers, build and schema; side by side where they can be. */
async function prepare({ environment, fresh, broker }, output, shutdown) {
  /** @type {(name: string, url: string) => void} */
  let onReady = () => {};
  const postgresReady = new Promise((resolve) => {
    onReady = (name, url) => name === 'postgres' && resolve(url);
  });
  const servers = output.step('PostgreSQL, MongoDB, RabbitMQ', async () => {
    await broker;
    const place = { dataDir: DATA_DIR, fresh, autoRestart: true };
    const provided = await provideInfrastructure({ environment, ...place, onReady, log: output.log });
    shutdown.push(() => provided.stop());
    return provided;
  });
  const build = output.step('build', ensureBuilt);
  const schema = async () => {
    // The broker takes longest, and the migrations do not need it.
    const provided = servers.then(({ env }) => env.POSTGRES_URL);
    const [url] = await Promise.all([Promise.race([postgresReady, provided]), build]);
    await output.step('migrations', () => migrate({ ...environment, POSTGRES_URL: url }));
  };
  const [infrastructure] = await together([servers, build, schema()]);
  return infrastructure;
}

async function startServices({ env, instances, ports }, output) {
  try {
    const nodeArgs = ['--enable-source-maps'];
    const { log, output: onOutput } = output;
    return await startSystem({ env, instances, ports, nodeArgs, log, onOutput, autoRestart: true });
  } catch (error) {
    throw new Failure(messageOf(error), "The service's own lines above say why.", { cause: error });
  }
}

/** All of them, and only when all have come to an end: the first failure must not leave the others half way. */
async function together(promises) {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((result) => result.value);
}
