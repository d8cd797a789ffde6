import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, messageOf } from '../lib/failure.mjs';
import { freePort } from '../lib/ports.mjs';
import { startMongodb } from './mongodb.mjs';
import { startPostgres } from './postgres.mjs';
import { startRabbitmq } from './rabbitmq.mjs';

/** @typedef {import('./index.d.mts').Log} Log */
/** @typedef {import('./index.d.mts').ServerOptions} ServerOptions */

/** The settings that name the servers. */
export const VARIABLES = { postgres: 'POSTGRES_URL', mongodb: 'MONGODB_URI', rabbitmq: 'RABBITMQ_URL' };

const ALL = /** @type {import('./index.d.mts').ServerName[]} */ (Object.keys(VARIABLES));
const PORT_NAMES = [...ALL, 'rabbitmqNode', 'rabbitmqNames', 'rabbitmqManagement'];

/**
 * Starts real servers as children of this process; see index.d.mts.
 * @type {typeof import('./index.d.mts').startInfrastructure}
 */
export async function startInfrastructure(options) {
  const { dataDir, log = () => {}, onReady = () => {}, only = ALL, autoRestart = false } = options;
  const { management = false, throwaway = false } = options;
  // Others may pass through (the database server may run as another user), but not look around.
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const ports = await choosePorts(dataDir, options.ports ?? {});
  const password = await rememberedPassword(dataDir);

  /** @param {string} name */
  const processOptions = (name) => ({
    name,
    autoRestart,
    onEvent: (level, message) => log({ name, level, message }),
  });
  const start = async (name, starter) => {
    const startedAt = Date.now();
    const own = { dataDir, port: ports[name], ports, password, management, throwaway };
    const server = await starter({ ...own, processOptions, log }).catch((error) => {
      if (error instanceof Failure) throw error;
      const advice = `Start over with --fresh (empty data), or set ${VARIABLES[name]} to a server of your own.`;
      throw new Failure(messageOf(error), advice, { cause: error });
    });
    log({ name, level: 'info', message: `ready in ${((Date.now() - startedAt) / 1000).toFixed(1)} s` });
    onReady(name, server.url);
    return { name, ...server };
  };
  const starters = { postgres: startPostgres, mongodb: startMongodb, rabbitmq: startRabbitmq };
  const results = await Promise.allSettled(only.map((name) => start(name, starters[name])));
  const servers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    await Promise.all(servers.map((server) => server.process.stop()));
    await Promise.all(servers.flatMap((server) => server.helpers ?? []).map((helper) => helper.stop()));
  };
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const urlOf = (name) => servers.find((server) => server.name === name)?.url;
  return {
    postgresUrl: urlOf('postgres') ?? '',
    mongodbUri: urlOf('mongodb') ?? '',
    rabbitmqUrl: urlOf('rabbitmq') ?? '',
    rabbitmqManagementUrl: servers.find(({ name }) => name === 'rabbitmq')?.managementUrl ?? '',
    processes: servers.map((server) => server.process),
    rabbitmqctl: async (...args) => {
      const broker = servers.find((server) => server.name === 'rabbitmq');
      if (!broker) throw new Failure('There is no broker here.', 'Start it with the others.');
      return broker.control(...args);
    },
    stop,
  };
}

/** The wanted ports, else the ones that this data folder used last if they are still free, else any free ones. */
async function choosePorts(dataDir, wanted) {
  const file = path.join(dataDir, 'ports.json');
  const last = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  /** @type {Record<string, number>} */
  const ports = {};
  for (const name of PORT_NAMES) ports[name] = wanted[name] || (await freePort(last[name]));
  await writeFile(file, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

async function rememberedPassword(dataDir) {
  const file = path.join(dataDir, 'password');
  const remembered = await readFile(file, 'utf8').catch(() => '');
  if (remembered !== '') return remembered;
  const password = randomBytes(16).toString('hex');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}
