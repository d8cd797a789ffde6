import { Failure } from '../lib/failure.mjs';
import { messaging, onChannel } from './broker.mjs';

/** Messages between two waits for the broker's confirms. */
const BATCH = 100;

/**
 * Brings dead letters back to the queue that they come from, in their order, with all their attempts: each is
 * acknowledged only when the broker has confirmed that the queue has it. What is not wanted stays at its place.
 * @param {import('amqplib').ChannelModel} connection
 * @param {{ queue: string, dead: string, limit: number, id?: string, onProgress?: (count: number) => void }} options
 * @returns {Promise<number>} how many
 */
export function redrive(connection, { queue, dead, limit, id, onProgress = () => {} }) {
  return onChannel(connection, async (channel) => {
    const returned = new Set();
    channel.on('return', ({ properties }) => returned.add(properties.messageId));
    // Those that are here now: what dies again meanwhile comes in behind them, and is not ours.
    let { messageCount: left } = await channel.checkQueue(dead);
    let count = 0;
    // One of many may stand anywhere: then all are taken, because a part that comes back changes its place (see peek).
    while (left > 0 && (count < limit || id !== undefined)) {
      const batch = await take(
        channel,
        dead,
        Math.min(BATCH, left, id === undefined ? limit - count : BATCH),
      );
      if (batch.length === 0) break;
      left -= batch.length;
      const wanted = batch.filter(({ properties }) => id === undefined || properties.messageId === id);
      const chosen = wanted.slice(0, limit - count);
      const outcomes = await Promise.allSettled(chosen.map((message) => publish(channel, queue, message)));
      const arrived = chosen.filter(
        ({ properties }, at) => outcomes[at].status === 'fulfilled' && !returned.has(properties.messageId),
      );
      for (const message of arrived) channel.ack(message);
      count += arrived.length;
      onProgress(count);
      if (arrived.length < chosen.length) throw refused(queue, count);
    }
    return count;
  });
}

async function take(channel, queue, count) {
  const batch = [];
  while (batch.length < count) {
    const message = await channel.get(queue);
    if (!message) break;
    batch.push(message);
  }
  return batch;
}

function publish(channel, queue, { properties, content }) {
  const { messageId, type, timestamp, contentType } = properties;
  const headers = messaging().headers.redriven(properties.headers ?? {});
  const options = { messageId, type, timestamp, contentType, headers, persistent: true, mandatory: true };
  return new Promise((resolve, reject) => {
    channel.publish('', queue, content, options, (error) => (error ? reject(error) : resolve(undefined)));
  });
}

const refused = (queue, count) =>
  new Failure(
    `${queue} does not take them: it is full, or was deleted meanwhile. ${count} were brought back before that.`,
    'The others are still among the dead letters. Look at the consumer, then run the command again.',
  );
