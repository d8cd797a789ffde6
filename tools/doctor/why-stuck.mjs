import { deadLetterQueues, depthOf, withBroker } from '../dlq/broker.mjs';
import { fromDist } from '../lib/dist.mjs';
import { messageOf } from '../lib/failure.mjs';
import { SERVICES } from '../system/services.mjs';

const HEALTH_DEADLINE_MS = 3_000;
const asked = new Map();

/**
 * Why an event does not leave the outbox of a service, as far as that can be seen from here.
 * @param {NodeJS.ProcessEnv} environment
 * @param {'chat' | 'user'} service
 * @param {string} type
 */
export async function whyStuck(environment, service, type) {
  const health = await once(`health of ${service}`, () => healthOf(environment, service));
  if (health !== undefined) return health;
  const { PROJECTION } = fromDist('apps/chat-service/src/log/message-indexes.js');
  if (type === PROJECTION) return 'a chat instance runs, and yet nobody has projected it: see its log';
  return once(`queues of ${type}`, () => queuesOf(environment, type));
}

function once(key, ask) {
  if (!asked.has(key)) asked.set(key, ask());
  return asked.get(key);
}

/** What is wrong with the instances that should publish it; undefined: nothing. */
async function healthOf(environment, service) {
  const { app, urlVariable, port } = SERVICES[service];
  const urls = (environment[urlVariable] ?? `http://127.0.0.1:${port}`).split(',');
  const answers = await Promise.all(
    urls.map(async (url) => {
      try {
        const signal = AbortSignal.timeout(HEALTH_DEADLINE_MS);
        const response = await fetch(`${url.trim()}/health`, { signal });
        const { rabbitmq = 'unknown' } = (await response.json()).data.checks;
        return rabbitmq === 'up' ? undefined : `${app} has no broker: ${rabbitmq}`;
      } catch (error) {
        return `${app} does not answer at ${url} (${error.cause?.code ?? messageOf(error)}): is it running?`;
      }
    }),
  );
  // One instance that works is enough to sweep.
  return answers.includes(undefined) ? undefined : answers[0];
}

async function queuesOf(environment, type) {
  try {
    return await withBroker(environment.RABBITMQ_URL, async (connection) => {
      const queues = deadLetterQueues([]).filter(({ queue, service }) => queue === `${service}.${type}`);
      const depths = await Promise.all(queues.map(({ queue }) => depthOf(connection, queue)));
      if (depths.every((depth) => depth === null))
        return 'no queue wants it: its consumers have never been started';
      return 'its queue exists and its service runs: perhaps the queue is full, see the log of the service';
    });
  } catch (error) {
    return messageOf(error);
  }
}
