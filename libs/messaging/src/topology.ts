import type { Channel, ChannelModel } from 'amqplib';

/** An event that killed its consumer more often goes to the dead-letter queue. */
const DELIVERY_LIMIT = 10;
/** Looking at a dead letter counts as a delivery. RabbitMQ 4 throws away what was delivered 20 times, unless it is told otherwise. */
const DEAD_DELIVERY_LIMIT = 1_000_000_000;
const DIFFERS = 406;
/** Beyond this a queue refuses: the publisher sees it and keeps the outbox entry. */
const MAX_QUEUE_BYTES = 1_073_741_824;

/** The names of everything that belongs to one event of one consuming service. All are derived, never written. */
export interface QueueNames {
  queue: string;
  dead: string;
  retry: (delayMs: number) => string;
}

export function queueNames(service: string, event: string): QueueNames {
  const queue = `${service}.${event}`;
  return { queue, dead: `${queue}.dlq`, retry: (delayMs) => `${queue}.retry.${delayMs / 1_000}s` };
}

/**
 * The exchange of all integration events. It has no alternate exchange on purpose: a queue behind one would make the broker
 * count an event that nobody wants as routed, and `mandatory` would no longer bring it back to its outbox.
 */
export async function assertExchange(channel: Channel, exchange: string): Promise<void> {
  await channel.assertExchange(exchange, 'topic', { durable: true });
}

/** On a channel of its own: a queue from before there was a limit will do, but it refuses, and that ends the channel. */
export async function assertDeadLetters(connection: ChannelModel, { dead }: QueueNames): Promise<void> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  try {
    await channel.assertQueue(dead, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': DEAD_DELIVERY_LIMIT },
    });
    await channel.close();
  } catch (error) {
    if ((error as { code?: unknown }).code !== DIFFERS) throw error;
  }
}

/**
 * exchange → queue → (fails) → retry queue of the next delay → (time is up) → queue … → dead-letter queue.
 * Quorum queues throughout: replicated where the broker is a cluster, and stored before they are confirmed.
 */
export async function assertConsumerTopology(
  channel: Channel,
  {
    exchange,
    event,
    names,
    retryDelaysMs,
  }: { exchange: string; event: string; names: QueueNames; retryDelaysMs: readonly number[] },
): Promise<void> {
  await assertExchange(channel, exchange);
  for (const delayMs of retryDelaysMs) {
    await channel.assertQueue(names.retry(delayMs), {
      durable: true,
      arguments: { ...deadLettersTo(names.queue), 'x-message-ttl': delayMs },
    });
  }
  await channel.assertQueue(names.queue, { durable: true, arguments: queueArguments(names) });
  await channel.bindQueue(names.queue, exchange, event);
}

export const queueArguments = ({ dead }: QueueNames) => ({
  ...deadLettersTo(dead),
  'x-delivery-limit': DELIVERY_LIMIT,
  'x-max-length-bytes': MAX_QUEUE_BYTES,
});

/** At-least-once dead-lettering: an event leaves the queue only when the next one has it. Needs reject-publish. */
const deadLettersTo = (queue: string) => ({
  'x-queue-type': 'quorum',
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': queue,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
});
