import { SERVICES, SERVICE_NAMES } from '../system/services.mjs';
import { Failure } from './failure.mjs';
import { freePortFrom, isFree } from './ports.mjs';
import { portHolder } from './process-info.mjs';

const FIRST_EXTRA_PORT = 3100;
const MOST_INSTANCES = 16;

/**
 * `chat=2,user=2` as numbers of instances.
 * @param {string} text
 * @returns {Partial<Record<import('../system/index.d.mts').ServiceName, number>>}
 */
export function parseInstances(text) {
  const entries = text.split(',').filter((part) => part.trim() !== '');
  return Object.fromEntries(
    entries.map((part) => {
      const match = /^\s*([a-z]+)\s*=\s*(\d{1,2})\s*$/.exec(part);
      const [name, count] = [match?.[1] ?? '', Number(match?.[2])];
      if (!SERVICE_NAMES.includes(name) || count < 1 || count > MOST_INSTANCES) {
        throw new Failure(
          `--instances does not understand "${part.trim()}".`,
          `Write for example --instances chat=2,notification=2; the names are ${SERVICE_NAMES.join(', ')}, the numbers 1 to ${MOST_INSTANCES}.`,
        );
      }
      return [name, count];
    }),
  );
}

/**
 * The ports of all processes; those of the first instances from the settings, those of the others from 3100 upwards.
 * Fails with the name of every service whose port is taken, and by whom.
 * @param {NodeJS.ProcessEnv} environment
 * @param {Partial<Record<import('../system/index.d.mts').ServiceName, number>>} instances
 */
export async function chooseServicePorts(environment, instances) {
  /** @type {Record<string, number[]>} */
  const ports = {};
  const problems = [];
  const owners = new Map();
  for (const name of SERVICE_NAMES) {
    const { app, portVariable } = SERVICES[name];
    const port = readPort(environment, name);
    const other = owners.get(port);
    if (other) problems.push(`${app} and ${other} are both to listen on port ${port} (set ${portVariable})`);
    else if (!(await isFree(port)))
      problems.push(`${app} cannot have port ${port}: ${takenBy(port)} (set ${portVariable})`);
    owners.set(port, app);
    ports[name] = [port];
  }
  if (problems.length > 0) {
    const advice =
      'End what holds the port, or set another one as named above, in the environment or in .env.';
    throw new Failure(problems.join('\n  '), advice);
  }
  for (const name of SERVICE_NAMES) {
    while (ports[name].length < (instances[name] ?? 1))
      ports[name].push(await freePortFrom(FIRST_EXTRA_PORT));
  }
  return ports;
}

function readPort(environment, name) {
  const { portVariable, port } = SERVICES[name];
  const text = environment[portVariable];
  if (text === undefined) return port;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new Failure(`${portVariable} is "${text}".`, 'Set it to a port number, 1 to 65535.');
}

function takenBy(port) {
  const holder = portHolder(port);
  return holder ? `pid ${holder.pid} has it (${holder.command})` : 'another program has it';
}
