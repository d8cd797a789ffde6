import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ManagedProcess } from '../lib/managed-process.mjs';
import { probe, retryUntil } from '../lib/wait.mjs';
import { findRabbitmq } from './rabbitmq-packages.mjs';

const USER = 'chat';
const NODE = 'chat@localhost';
const AMQP_GREETING = Buffer.from('AMQP\0\0\t\x01', 'latin1');
const METHOD_FRAME = 1;

/** @typedef {'rabbitmqNode' | 'rabbitmqNames' | 'rabbitmqManagement'} PortName */

/**
 * Starts RabbitMQ on loopback, with a name server (epmd) of its own that ends with it, instead of the machine-wide
 * one that Erlang would leave behind.
 * @param {import('./index.mjs').ServerOptions & { ports: Record<PortName, number> }} options
 * @returns {Promise<{ url: string, managementUrl: string, process: ManagedProcess, helpers: ManagedProcess[], control: (...args: string[]) => Promise<string> }>}
 */
export async function startRabbitmq({ dataDir, port, ports, password, management, processOptions, log }) {
  const rabbitmq = await findRabbitmq(log);
  const home = path.join(dataDir, 'rabbitmq');
  await writeConfiguration({ home, port, password, managementPort: management && ports.rabbitmqManagement });
  const env = environment(rabbitmq, home, ports);

  const names = new ManagedProcess({
    ...processOptions('epmd'),
    command: rabbitmq.epmd,
    args: [],
    env,
    ready: (signal) => retryUntil(async () => void (await probe(ports.rabbitmqNames)), signal),
  });
  const broker = new ManagedProcess({
    ...processOptions('rabbitmq'),
    command: rabbitmq.server,
    args: ['-noinput', '+B', 'i'],
    env,
    cwd: home,
    readyTimeoutMs: 120_000,
    stopTimeoutMs: 20_000,
    ready: (signal) =>
      retryUntil(
        async () => {
          await greet(port);
          if (management) await probe(ports.rabbitmqManagement);
        },
        signal,
        100,
      ),
  });
  await names.start();
  try {
    await broker.start();
  } catch (error) {
    await names.stop();
    throw error;
  }
  const authority = (/** @type {number} */ at) => `${USER}:${password}@127.0.0.1:${at}`;
  const control = path.join(path.dirname(rabbitmq.server), 'rabbitmqctl');
  return {
    url: `amqp://${authority(port)}`,
    managementUrl: management ? `http://${authority(ports.rabbitmqManagement)}` : '',
    process: broker,
    helpers: [names],
    /** What an operator does by hand. @param {string[]} args */
    control: async (...args) => (await promisify(execFile)(control, ['--quiet', ...args], { env })).stdout,
  };
}

async function greet(port) {
  const answer = await probe(port, AMQP_GREETING);
  if (answer[0] !== METHOD_FRAME) throw new Error('what listens there is not an AMQP broker');
}

async function writeConfiguration({ home, port, password, managementPort }) {
  await mkdir(home, { recursive: true });
  const settings = {
    'listeners.tcp.1': `127.0.0.1:${port}`,
    default_user: USER,
    default_pass: password,
    'vm_memory_high_watermark.absolute': '1GB',
    'disk_free_limit.absolute': '100MB',
    'log.console': 'true',
    'log.console.level': 'warning',
    'log.file': 'false',
    ...(managementPort && {
      'management.tcp.ip': '127.0.0.1',
      'management.tcp.port': managementPort,
      // To say what is to be there, and not to watch it.
      'management_agent.disable_metrics_collector': 'true',
    }),
  };
  const text = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  await writeFile(path.join(home, 'rabbitmq.conf'), text.join(''), { mode: 0o600 });
  await writeFile(path.join(home, 'enabled_plugins'), managementPort ? '[rabbitmq_management].\n' : '[].\n');
}

function environment(rabbitmq, home, ports) {
  return {
    PATH: [path.dirname(rabbitmq.epmd), process.env['PATH']].join(path.delimiter),
    ...(rabbitmq.libraries && { LD_LIBRARY_PATH: rabbitmq.libraries }),
    LANG: 'C.UTF-8',
    HOME: home,
    ERL_EPMD_PORT: String(ports.rabbitmqNames),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP: path.join(home, 'erl_crash.dump'),
    RABBITMQ_NODENAME: NODE,
    RABBITMQ_DIST_PORT: String(ports.rabbitmqNode),
    RABBITMQ_MNESIA_BASE: path.join(home, 'data'),
    RABBITMQ_LOG_BASE: path.join(home, 'log'),
    RABBITMQ_CONFIG_FILE: path.join(home, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(home, 'enabled_plugins'),
    RABBITMQ_CONF_ENV_FILE: path.join(home, 'no-environment-file'),
    // Let the start script become the Erlang VM, so that its pid and its signals are the broker's.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: [
      '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}',
      // No spinning while idle.
      '+sbwt none +sbwtdcpu none +sbwtdio none',
    ].join(' '),
  };
}
