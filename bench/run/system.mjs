import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { provideInfrastructure } from '../../tools/infra/provide.mjs';
import { ensureBuilt, migrate } from '../../tools/lib/build.mjs';
import { portHolder } from '../../tools/lib/process-info.mjs';
import { runDataDir, withDatabase } from '../../tools/lib/run-data.mjs';
import { startSystem } from '../../tools/system/index.mjs';

/**
 * A fresh system for one run: stores without data, production settings, secrets of its own. Nothing of the
 * environment's stores is touched.
 * @param {{ instances?: object, settings?: Record<string, string>, say: (text: string) => void }} options
 */
export async function startFreshSystem({ instances, settings = {}, say }) {
  const dataDir = await runDataDir('bench');
  say('building …');
  await ensureBuilt();
  say('starting PostgreSQL, MongoDB and RabbitMQ …');
  const infrastructure = await provideInfrastructure({
    environment: {},
    dataDir,
    project: `chat-bench-${process.pid}`,
  });
  const secret = randomBytes(32).toString('hex');
  const env = {
    ...infrastructure.env,
    CHAT_DB_URL: withDatabase(infrastructure.env.MONGODB_URI, 'chat'),
    NOTIFICATION_DB_URL: withDatabase(infrastructure.env.MONGODB_URI, 'notifications'),
    NODE_ENV: 'production',
    ALLOWED_ORIGINS: 'http://localhost:3000',
    JWT_ACCESS_SECRET: secret,
    JWT_REFRESH_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('hex'),
    RATE_LIMIT_MAX: '1000000000',
    FILES_DIR: path.join(dataDir, 'files'),
    // One sender loads a whole system.
    COMMAND_RATE_MAX: '0',
    SEND_RATE_MAX: '0',
    // All clients of the generator have one address.
    MAX_SOCKETS_PER_ADDRESS: '1000000',
    ...settings,
  };
  const stopInfrastructure = async () => {
    await infrastructure.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await migrate({ ...process.env, ...env });
    say('starting the services …');
    const complaints = [];
    const onOutput = (name, line) => complain(complaints, name, line);
    const system = await startSystem({ env, instances, onOutput });
    return {
      env,
      secret,
      complaints,
      urls: system.urls,
      processes: pidsOf(system, infrastructure.env),
      stop: async () => {
        await system.stop();
        await stopInfrastructure();
      },
    };
  } catch (error) {
    await stopInfrastructure();
    throw error;
  }
}

/** Warnings and errors that the services logged: a run with any of them is no clean run. */
function complain(complaints, name, line) {
  const level = /"level":(?:"?)(\w+)/.exec(line)?.[1] ?? '60';
  if (!/^(10|20|30|trace|debug|info)$/.test(level)) complaints.push(`${name}: ${line.slice(0, 500)}`);
}

function pidsOf(system, stores) {
  const services = system.processes.map(({ name, pid }) => [name, pid]);
  const servers = Object.entries({ mongodb: 'MONGODB_URI', rabbitmq: 'RABBITMQ_URL' })
    .map(([name, variable]) => [name, portHolder(Number(new URL(stores[variable]).port))?.pid])
    .filter(([, pid]) => pid !== undefined);
  return Object.fromEntries([...services, ...servers]);
}
