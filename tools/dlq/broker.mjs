import { fromDist } from '../lib/dist.mjs';
import { Failure, messageOf } from '../lib/failure.mjs';
import { SERVICES } from '../system/services.mjs';

const CONNECT_TIMEOUT_MS = 3_000;
const NO_SUCH_QUEUE = 404;

/** What the build knows of queues and headers: said once, in libs/messaging. */
export function messaging() {
  const { integrationEvents } = fromDist('libs/contracts/src/index.js');
  const { queueNames } = fromDist('libs/messaging/src/topology.js');
  return {
    integrationEvents,
    queueNames,
    headers: fromDist('libs/messaging/src/consuming/failure-headers.js'),
  };
}

/**
 * Does some work on a connection. A broker that is away, or goes away meanwhile, becomes a Failure.
 * @template T
 * @param {string} url
 * @param {(connection: import('amqplib').ChannelModel) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withBroker(url, work) {
  const { connect } = await import('amqplib');
  const connection = await connect(url, { timeout: CONNECT_TIMEOUT_MS }).catch((error) => {
    throw new Failure(
      `RabbitMQ at ${placeOf(url)} does not let us in: ${error.code ?? messageOf(error)}`,
      'Is it running, and is RABBITMQ_URL right? npm start and npm run infra start one and print its URL.',
      { cause: error },
    );
  });
  const lost = new Promise((_, reject) => {
    connection.on('error', () => {});
    connection.on('close', (error) => {
      if (error) reject(new Failure(`The connection to RabbitMQ broke: ${messageOf(error)}`, AFTER_LOSS));
    });
  });
  try {
    return await Promise.race([work(connection), lost]);
  } finally {
    await connection.close().catch(() => {});
  }
}

const AFTER_LOSS = 'No dead letter is lost by that. Run the command again when the broker is back.';

/** Without user and password. */
function placeOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return 'RABBITMQ_URL (which is no URL)';
  }
}

/** A channel for some work; when it closes, what it has taken and not acknowledged is back at the head of its queue. */
export async function onChannel(connection, work) {
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  try {
    return await work(channel);
  } finally {
    await channel.close().catch(() => {});
  }
}

/** How many messages wait in the queue; null: there is no such queue. */
export function depthOf(connection, queue) {
  return onChannel(connection, async (channel) => (await channel.checkQueue(queue)).messageCount).catch(
    (error) => {
      if (error.code === NO_SUCH_QUEUE) return null;
      throw error;
    },
  );
}

/**
 * The queues that dead letters of these services may be in. AMQP cannot list queues, but all names are derived.
 * @param {string[]} services none: all of the system
 */
export function deadLetterQueues(services) {
  const { integrationEvents, queueNames } = messaging();
  const wanted = services.length > 0 ? services : Object.values(SERVICES).map(({ app }) => app);
  return wanted.flatMap((service) =>
    integrationEvents.map(({ name }) => {
      const { queue, dead } = queueNames(service, name);
      return { service, queue, dead };
    }),
  );
}
