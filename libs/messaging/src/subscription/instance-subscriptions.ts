import { Inject, Injectable } from '@nestjs/common';
import type { IntegrationEvent } from '@app/contracts';
import { Logger, Shutdown } from '@app/platform';
import type { ConsumeMessage } from 'amqplib';
import { PrivateQueue } from '../connection/private-queue';
import { decode, PoisonError, type IncomingEvent } from '../envelope';
import { MESSAGING_OPTIONS, type ResolvedMessagingOptions } from '../messaging.options';

/**
 * Integration events that every instance of a service must hear, such as the end of a session; the instances share the queue
 * of a `@Consumes`, here each has its own. Nothing is kept for a process that is not connected: what it holds in memory
 * because of these events it reads anew from their owner in `onConnect`.
 */
@Injectable()
export class InstanceSubscriptions {
  private readonly queue: PrivateQueue;
  private readonly log: Logger;
  private readonly listeners = new Map<string, ((body: Buffer) => void)[]>();

  constructor(
    @Inject(MESSAGING_OPTIONS) options: ResolvedMessagingOptions,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    this.log = logger.child({ context: 'InstanceSubscriptions' });
    this.queue = new PrivateQueue({
      options,
      role: 'subscriptions',
      exchange: { name: options.exchange, type: 'topic' },
      onMessage: (message) => this.deliver(message),
      logger: this.log,
    });
    shutdown.register('close-stores', 'instance subscriptions', () => this.queue.close());
  }

  /** Everything that was asked for reaches us now. */
  get connected(): boolean {
    return this.queue.connected;
  }

  /** `onEvent` gets every such event that is published while this process is connected. The first call connects it. */
  hear<P extends object>(contract: IntegrationEvent<P>, onEvent: (event: IncomingEvent<P>) => void): void {
    const listener = (body: Buffer) => onEvent(decode(contract, body));
    const others = this.listeners.get(contract.name);
    if (others) others.push(listener);
    else this.listeners.set(contract.name, [listener]);
    this.queue.bind(contract.name);
  }

  /**
   * Called when the events of all `hear`s so far begin to flow: at each (re)connection, when a later `hear` joins, and soon
   * when they flow already. What was said before has been missed: now read the truth from its owner.
   */
  onConnect(callback: () => void): void {
    this.queue.onConnect(callback);
    if (this.connected) setImmediate(callback);
  }

  private deliver({ fields, properties, content }: ConsumeMessage): void {
    const event = fields.routingKey;
    for (const listener of this.listeners.get(event) ?? []) {
      try {
        listener(content);
      } catch (error) {
        const about = { event, eventId: String(properties.messageId) };
        if (error instanceof PoisonError)
          this.log.warn('event dropped', { ...about, reason: error.message.slice(0, 300) });
        else this.log.error('a listener has failed', error instanceof Error ? error : { error }, about);
      }
    }
  }
}
