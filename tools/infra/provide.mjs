import { isDockerRunning, startWithDocker } from './docker.mjs';
import { startInfrastructure, VARIABLES } from './index.mjs';

/**
 * The infrastructure, by the first way that works, for each server by itself: the one that the environment names; a
 * Docker engine; servers of our own.
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.environment
 * @param {string} options.dataDir of servers of our own
 * @param {string} [options.project] an isolated set, removed with its data at the end (Docker)
 * @param {boolean} [options.fresh] without the data of earlier runs (Docker; a data folder is its owner's to empty)
 * @param {boolean} [options.autoRestart]
 * @param {boolean} [options.throwaway] as startInfrastructure has it
 * @param {boolean} [options.management] RABBITMQ_MANAGEMENT_URL, too, unless the broker is one that the environment names
 * @param {import('./index.mjs').Log} [options.log]
 * @param {(name: import('./index.mjs').ServerName, url: string) => void} [options.onReady] for servers of our own
 * @returns {Promise<{ env: Record<'POSTGRES_URL' | 'MONGODB_URI' | 'RABBITMQ_URL', string> & { RABBITMQ_MANAGEMENT_URL?: string },
 *   origin: string, stop(): Promise<void> }>}
 */
export async function provideInfrastructure(options) {
  const { environment, project, fresh, management, log = () => {} } = options;
  const names = /** @type {(keyof typeof VARIABLES)[]} */ (Object.keys(VARIABLES));
  const named = names.filter((name) => environment[VARIABLES[name]]);
  const only = names.filter((name) => !named.includes(name));
  const env = Object.fromEntries(named.map((name) => [VARIABLES[name], environment[VARIABLES[name]]]));
  const origins = named.length > 0 ? [`${named.join(', ')} as the environment says`] : [];
  let stop = async () => {};
  if (only.length > 0) {
    const docker = await isDockerRunning();
    const started = docker
      ? await startWithDocker({ only, env: environment, project, fresh })
      : await startEmbedded({ ...options, only, log });
    for (const name of only) env[VARIABLES[name]] = started.urls[name];
    if (management && started.managementUrl) env['RABBITMQ_MANAGEMENT_URL'] = started.managementUrl;
    origins.push(`${only.join(', ')} ${docker ? 'in Docker' : 'as processes of this machine'}`);
    stop = started.stop;
  }
  return { env, origin: origins.join('; '), stop };
}

async function startEmbedded(options) {
  const started = await startInfrastructure(options);
  const urls = { postgres: started.postgresUrl, mongodb: started.mongodbUri, rabbitmq: started.rabbitmqUrl };
  return { urls, managementUrl: started.rabbitmqManagementUrl, stop: started.stop };
}
