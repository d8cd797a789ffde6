import { EXCHANGE, type IntegrationEvent } from '@app/contracts';

export const MESSAGING_OPTIONS = Symbol('messaging options');

export interface MessagingOptions {
  /** amqp(s)://… */
  url: string;
  /** Owner of the queues: a queue is called `<service>.<event>`, and all instances of the service share it. */
  service: string;
  instance: string;
  /** The events that this app must handle, each by exactly one method with `@Consumes`. */
  consumes?: IntegrationEvent[];
  /** Unacknowledged events per queue and instance. High, because handlers batch their writes. */
  prefetch?: number;
  /** Pauses between the attempts of one event, in milliseconds; after the last one comes the dead-letter queue. */
  retryDelaysMs?: readonly number[];
  /**
   * Not ready before the broker was reached once. Afterwards, or when false, a broker that is away is told in the health
   * report, but the process stays ready: what it accepts waits in the outbox, what it shall consume waits in the queue.
   */
  requiredAtBoot?: boolean;
  /** The topic exchange of all integration events. */
  exchange?: string;
}

export type ResolvedMessagingOptions = Required<MessagingOptions>;

export const withDefaults = (options: MessagingOptions): ResolvedMessagingOptions => ({
  consumes: [],
  prefetch: 500,
  retryDelaysMs: [1_000, 5_000, 30_000],
  requiredAtBoot: false,
  exchange: EXCHANGE,
  ...options,
});
