import { rm } from 'node:fs/promises';
import path from 'node:path';
import { startInfrastructure } from '../infra/index.mjs';
import { ROOT } from '../lib/environment.mjs';
import { ManagedProcess } from '../lib/managed-process.mjs';
import { freePort } from '../lib/ports.mjs';
import { runDataDir, withDatabase } from '../lib/run-data.mjs';
import { retryUntil } from '../lib/wait.mjs';

/**
 * Processes of a naive design on stores of their own. The first program is what clients connect to.
 * @param {Record<string, number>} designs programs, and how many processes of each
 */
export async function openNaive(designs) {
  const dataDir = await runDataDir('control');
  const infrastructure = await startInfrastructure({ dataDir, only: ['mongodb', 'rabbitmq'] });
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    RABBITMQ_URL: infrastructure.rabbitmqUrl,
    CHAT_DB_URL: withDatabase(infrastructure.mongodbUri, 'chat'),
    NOTIFICATION_DB_URL: withDatabase(infrastructure.mongodbUri, 'notifications'),
  };
  const started = [];
  const close = async () => {
    await Promise.all(started.map(({ managed }) => managed.stop()));
    await infrastructure.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    for (const [design, count] of Object.entries(designs))
      for (let index = 1; index <= count; index++)
        started.push(await launch(design, `${design}-${index}`, env));
  } catch (error) {
    await close();
    throw error;
  }
  const [entrance] = Object.keys(designs);
  return {
    isNaive: true,
    gateways: started.filter(({ design }) => design === entrance).map(({ origin }) => origin),
    chatDbUrl: env.CHAT_DB_URL,
    notificationDbUrl: env.NOTIFICATION_DB_URL,
    processes: [...started.map(({ managed }) => managed), ...infrastructure.processes],
    close,
  };
}

async function launch(design, name, env) {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const managed = new ManagedProcess({
    name,
    command: process.execPath,
    args: [path.join(ROOT, 'dist/libs/testing/src/control/designs', `${design}.js`)],
    cwd: ROOT,
    env: { ...env, PORT: new URL(origin).port },
    ready: (signal) => retryUntil(async () => void (await fetch(origin, { signal })), signal, 100),
  });
  await managed.start();
  return { design, origin, managed };
}
