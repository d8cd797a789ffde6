import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { BrokerLink, type LinkUser } from '../connection/broker-link';
import { MESSAGING_OPTIONS, type ResolvedMessagingOptions } from '../messaging.options';
import { clusterDropped } from '../metrics';

const QUEUE_LIMIT = 10_000;
const MESSAGE_TTL_MS = 10_000;

/**
 * Fan-out between the instances of one service, fast and lossy: nothing is confirmed, nothing outlives a reconnect, and an
 * instance that falls behind loses the oldest. What must arrive has a sequence number and is repaired from the store.
 */
@Injectable()
export class ClusterBus implements LinkUser {
  private readonly link: BrokerLink;
  private readonly exchange: string;
  /** Marks our own messages, so that they cost no more than a comparison when they come back. */
  private readonly self = randomUUID();
  private readonly connectListeners: (() => void)[] = [];
  private readonly messageListeners: ((message: Buffer) => void)[] = [];
  private channel: Channel | null = null;
  private congested = false;
  private started = false;

  constructor(
    @Inject(MESSAGING_OPTIONS) options: ResolvedMessagingOptions,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    this.exchange = `rt.${options.service}`;
    this.link = new BrokerLink(options, 'cluster', this, logger.child({ context: 'ClusterBus' }));
    shutdown.register('close-stores', 'cluster bus', () => this.close());
  }

  get connected(): boolean {
    return this.link.usable;
  }

  /** To all other instances that are connected now. Dropped when the broker is away or does not keep up. */
  publish(message: Buffer): void {
    const { channel } = this;
    if (!channel || !this.connected || this.congested) {
      clusterDropped.inc();
      return;
    }
    this.congested = !channel.publish(this.exchange, '', message, { appId: this.self });
  }

  /** Messages of the other instances, each instance's in its order. Connects the bus. */
  subscribe(onMessage: (message: Buffer) => void): void {
    this.messageListeners.push(onMessage);
    if (this.started) return;
    this.started = true;
    this.link.start();
  }

  /** Called at each (re)connection: what the others said before has been missed. */
  onConnect(callback: () => void): void {
    this.connectListeners.push(callback);
  }

  async onUp(connection: ChannelModel): Promise<void> {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    channel.on('close', () => this.link.rebuild('the cluster channel was closed'));
    channel.on('drain', () => (this.congested = false));
    await channel.assertExchange(this.exchange, 'fanout', { durable: true });
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      autoDelete: true,
      durable: false,
      maxLength: QUEUE_LIMIT,
      messageTtl: MESSAGE_TTL_MS,
      arguments: { 'x-overflow': 'drop-head' },
    });
    await channel.bindQueue(queue, this.exchange, '');
    await channel.consume(queue, (message) => this.deliver(message), { noAck: true, exclusive: true });
    this.channel = channel;
    this.congested = false;
    setImmediate(() => this.connectListeners.forEach((callback) => callback()));
  }

  onDown(): void {
    this.channel = null;
  }

  private deliver(message: ConsumeMessage | null): void {
    if (message === null) this.link.rebuild('the cluster queue is gone');
    else if (message.properties.appId !== this.self) {
      for (const listener of this.messageListeners) listener(message.content);
    }
  }

  private async close(): Promise<void> {
    this.channel?.removeAllListeners('close');
    if (this.started) await this.link.close();
  }
}
