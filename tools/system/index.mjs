import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { ROOT } from '../lib/environment.mjs';
import { ManagedProcess } from '../lib/managed-process.mjs';
import { freePort } from '../lib/ports.mjs';
import { retryUntil } from '../lib/wait.mjs';
import { SERVICES, SERVICE_NAMES } from './services.mjs';

/**
 * Starts the four services from `dist`; see index.d.mts.
 * @type {typeof import('./index.d.mts').startSystem}
 */
export async function startSystem(options) {
  const {
    env,
    envOf = () => ({}),
    instances = {},
    ports = {},
    nodeArgs = [],
    autoRestart = false,
    dist = path.join(ROOT, 'dist'),
  } = options;
  const { log = () => {}, onOutput = () => {} } = options;
  const plan = await planInstances(instances, ports);
  const shared = sharedEnvironment(env, plan);

  const launched = plan.map(({ service, name, port }) => ({
    service,
    process: new ManagedProcess({
      name,
      command: process.execPath,
      args: [
        ...(SERVICES[service].nodeArgs ?? []),
        ...nodeArgs,
        path.join(dist, 'apps', SERVICES[service].app, 'src', 'main.js'),
      ],
      cwd: ROOT,
      env: {
        ...shared,
        [SERVICES[service].portVariable]: String(port),
        INSTANCE_ID: name,
        // The gateway stands in front and says who called; it itself believes nobody, unless it is told to.
        ...(service !== 'gateway' && { TRUST_PROXY: '1' }),
        ...envOf(name),
      },
      ready: (signal) => retryUntil(() => expectReady(port, signal), signal, 100),
      onLine: (line) => onOutput(name, line),
      onEvent: (level, message) => log({ name, level, message }),
      autoRestart,
    }),
  }));
  const stopAll = (isGateway) =>
    Promise.all(
      launched
        .filter(({ service }) => (service === 'gateway') === isGateway)
        .map((one) => one.process.stop()),
    );
  const stop = async () => {
    await stopAll(true);
    await stopAll(false);
  };

  try {
    await Promise.all(launched.map((one) => one.process.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const urls = Object.fromEntries(SERVICE_NAMES.map((service) => [service, urlsOf(plan, service)]));
  return { gatewayUrl: urls['gateway'][0], urls, processes: launched.map((one) => one.process), stop };
}

async function planInstances(instances, ports) {
  const plan = [];
  for (const service of SERVICE_NAMES) {
    for (let index = 0; index < (instances[service] ?? 1); index++) {
      const port = ports[service]?.[index] ?? (await freePort());
      plan.push({ service, name: `${service}-${index + 1}`, port });
    }
  }
  return plan;
}

function sharedEnvironment(env, plan) {
  /** @type {NodeJS.ProcessEnv} */
  const shared = {
    JWT_ACCESS_SECRET: randomBytes(32).toString('hex'),
    JWT_REFRESH_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('hex'),
    ...process.env,
    ...env,
  };
  for (const service of SERVICE_NAMES) {
    const { urlVariable } = SERVICES[service];
    if (urlVariable) shared[urlVariable] = urlsOf(plan, service).join(',');
  }
  return shared;
}

function urlsOf(plan, service) {
  return plan.filter((one) => one.service === service).map((one) => `http://127.0.0.1:${one.port}`);
}

async function expectReady(port, signal) {
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(5000)]);
  const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: timeout });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`/health/ready answers ${response.status}`);
}
