import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isCutOff, Logger, sendings, Shutdown } from '@app/platform';
import type { Channel, ConsumeMessage } from 'amqplib';
import { PrivateQueue } from '../connection/private-queue';
import { MESSAGING_OPTIONS, type ResolvedMessagingOptions } from '../messaging.options';
import { clusterDropped } from '../metrics';

/**
 * Fan-out between the instances of one service, fast and lossy: nothing is confirmed, nothing outlives a reconnect, and an
 * instance that falls behind loses the oldest. What must arrive has a sequence number and is repaired from the store.
 */
@Injectable()
export class ClusterBus {
  private readonly queue: PrivateQueue;
  private readonly exchange: string;
  /** Marks our own messages, so that they cost no more than a comparison when they come back. */
  private readonly self = randomUUID();
  private readonly messageListeners: ((message: Buffer) => void)[] = [];
  private congested = false;

  constructor(
    @Inject(MESSAGING_OPTIONS) options: ResolvedMessagingOptions,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    this.exchange = `rt.${options.service}`;
    this.queue = new PrivateQueue({
      options,
      role: 'cluster',
      exchange: { name: this.exchange, type: 'fanout' },
      onChannel: (channel) => this.watch(channel),
      onMessage: (message) => this.deliver(message),
      logger: logger.child({ context: 'ClusterBus' }),
    });
    shutdown.register('close-stores', 'cluster bus', () => this.queue.close());
  }

  get connected(): boolean {
    return this.queue.connected;
  }

  /** To all other instances that are connected now. Dropped when the broker is away or does not keep up. */
  publish(message: Buffer): void {
    for (const pause of sendings('bus')) {
      if (pause === 0) this.send(message);
      else setTimeout(() => this.send(message), pause);
    }
  }

  /** Messages of the other instances, each instance's in its order. Connects the bus. */
  subscribe(onMessage: (message: Buffer) => void): void {
    this.messageListeners.push(onMessage);
    this.queue.bind('');
  }

  /** Called at each (re)connection: what the others said before has been missed. */
  onConnect(callback: () => void): void {
    this.queue.onConnect(callback);
  }

  private send(message: Buffer): void {
    const { channel } = this.queue;
    if (!channel || !this.connected || this.congested) {
      clusterDropped.inc();
      return;
    }
    this.congested = !channel.publish(this.exchange, '', message, { appId: this.self });
  }

  private watch(channel: Channel): void {
    this.congested = false;
    channel.on('drain', () => (this.congested = false));
  }

  private deliver({ properties, content }: ConsumeMessage): void {
    if (properties.appId === this.self || isCutOff('bus')) return;
    for (const listener of this.messageListeners) listener(content);
  }
}
