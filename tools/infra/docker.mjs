import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure, messageOf } from '../lib/failure.mjs';
import { freePort } from '../lib/ports.mjs';
import { runCommand } from '../lib/run-command.mjs';

const run = promisify(execFile);

/** As docker-compose.yml has them. */
const SERVERS = {
  postgres: {
    variable: 'POSTGRES_PORT',
    port: 5432,
    url: (port) => `postgres://chat:chat@127.0.0.1:${port}/chat`,
  },
  mongodb: {
    variable: 'MONGODB_PORT',
    port: 27017,
    url: (port) => `mongodb://127.0.0.1:${port}/chat?replicaSet=rs0`,
  },
  rabbitmq: { variable: 'RABBITMQ_PORT', port: 5672, url: (port) => `amqp://chat:chat@127.0.0.1:${port}` },
};
const MANAGEMENT = { variable: 'RABBITMQ_MANAGEMENT_PORT', port: 15672 };

/** True when a Docker engine answers and has Compose; a `docker` program alone is not enough. */
export async function isDockerRunning() {
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], {
      timeout: 3000,
      killSignal: 'SIGKILL',
    });
    await run('docker', ['compose', 'version'], { timeout: 3000, killSignal: 'SIGKILL' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts the wanted servers of docker-compose.yml. With a project name they are a set of their own, on free ports,
 * and `stop` removes them with their data; else `stop` keeps the data.
 * @param {{ only: readonly (keyof typeof SERVERS)[], env: NodeJS.ProcessEnv, project?: string, fresh?: boolean }} options
 * @returns {Promise<{ urls: Record<string, string>, managementUrl: string, stop(): Promise<void> }>}
 */
export async function startWithDocker({ only, env, project, fresh }) {
  const ports = {};
  const listeners = [
    ...only.map((name) => SERVERS[name]),
    ...(only.includes('rabbitmq') ? [MANAGEMENT] : []),
  ];
  for (const { variable, port } of listeners) {
    ports[variable] = project ? await freePort() : Number(env[variable] ?? port);
  }
  const settings = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
  const compose = (...args) =>
    runCommand('docker', ['compose', ...(project ? ['-p', project] : []), ...args], {
      env: { ...env, ...settings },
    });
  const stop = () => (project ? compose('down', '--volumes') : compose('stop'));
  try {
    if (fresh) await compose('down', '--volumes');
    await compose('up', '--detach', '--wait', ...only);
  } catch (error) {
    await stop().catch(() => {});
    throw new Failure(
      messageOf(error),
      `If a port is taken, set another one with ${Object.keys(settings).join(', ')}; \`docker compose logs\` shows more.`,
      { cause: error },
    );
  }
  const urls = Object.fromEntries(
    only.map((name) => [name, SERVERS[name].url(ports[SERVERS[name].variable])]),
  );
  const managementPort = ports[MANAGEMENT.variable];
  const managementUrl = managementPort ? `http://chat:chat@127.0.0.1:${managementPort}` : '';
  return { urls, managementUrl, stop };
}
