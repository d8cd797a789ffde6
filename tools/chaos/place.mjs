import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { startInfrastructure } from '../infra/index.mjs';
import { migrate } from '../lib/build.mjs';
import { runDataDir, withDatabase } from '../lib/run-data.mjs';
import { startSystem } from '../system/index.mjs';
import { openWays } from './ways.mjs';

const DAY = '86400';

/**
 * A system of real processes on stores of its own, all of which may be disturbed. `without`: a guard, or ''; `ends`: what ways must
 * lead to that can be disturbed, in `network`; none without it. `settings`: of all processes; `settingsOf`: of one, by name; `chatPorts`:
 * for who has to know them before.
 */
export async function openPlace(
  {
    instances,
    without,
    network,
    ends = [],
    settings: own = {},
    settingsOf = () => ({}),
    chatPorts = undefined,
  },
  { onEnd, onLine },
) {
  const dataDir = await runDataDir('chaos');
  const log = ({ name, message }) => {
    if (message.startsWith('ended')) onEnd(name, message);
  };
  const infrastructure = await startInfrastructure({ dataDir, log });
  const stopStores = async (progress = () => {}) => {
    progress('closing the ways between the processes');
    await network?.close();
    progress('stopping the stores');
    await infrastructure.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const switches = path.join(dataDir, 'switches');
    await mkdir(switches);
    const env = { ...settings(infrastructure), CHAOS_WITHOUT: without, CHAOS_SWITCHES: switches, ...own };
    await migrate({ ...process.env, ...env });
    const { ports, envOf, forClients } = await openWays({ network, ends, instances, env });
    const system = await startSystem({
      env,
      envOf: (name) => ({ ...envOf(name), ...settingsOf(name) }),
      instances,
      ports: chatPorts ? { chat: chatPorts } : ports,
      log,
      onOutput: onLine,
    });
    return {
      network,
      env,
      switches,
      gateways: await forClients(system.urls.gateway),
      chatDbUrl: env.CHAT_DB_URL,
      notificationDbUrl: env.NOTIFICATION_DB_URL,
      processes: [...system.processes, ...infrastructure.processes],
      close: async (progress = () => {}) => {
        progress('stopping the services');
        await system.stop();
        await stopStores(progress);
      },
    };
  } catch (error) {
    await stopStores();
    throw error;
  }
}

/** Settings for who measures, and brings about no fault that a process has to obey. */
export const PRODUCTION = {
  // Elsewhere each answer is held against its contract, which costs more than to make it.
  NODE_ENV: 'production',
  CHAOS_SWITCHES: '',
  ALLOWED_ORIGINS: 'http://localhost:3000',
  // All clients of a run have one address.
  MAX_SOCKETS_PER_ADDRESS: '1000000',
};

function settings({ postgresUrl, mongodbUri, rabbitmqUrl }) {
  const secret = () => randomBytes(32).toString('hex');
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    POSTGRES_URL: postgresUrl,
    RABBITMQ_URL: rabbitmqUrl,
    CHAT_DB_URL: withDatabase(mongodbUri, 'chat'),
    NOTIFICATION_DB_URL: withDatabase(mongodbUri, 'notifications'),
    JWT_ACCESS_SECRET: secret(),
    JWT_REFRESH_SECRET: secret(),
    SECRETS_KEY: secret(),
    // The run is about delivery: nobody is to be signed out or slowed down in the middle of it.
    ACCESS_TOKEN_TTL: DAY,
    RATE_LIMIT_MAX: '1000000000',
    SEND_RATE_MAX: '0',
    JOIN_CODE_TRIES: '1000',
  };
}
