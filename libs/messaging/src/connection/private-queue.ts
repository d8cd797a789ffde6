import type { Logger } from '@app/platform';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { ResolvedMessagingOptions } from '../messaging.options';
import { BrokerLink, type LinkUser } from './broker-link';

const QUEUE_LIMIT = 10_000;
const MESSAGE_TTL_MS = 10_000;

export interface PrivateQueueParts {
  options: ResolvedMessagingOptions;
  /** Names the connection. */
  role: string;
  exchange: { name: string; type: 'fanout' | 'topic' };
  onMessage: (message: ConsumeMessage) => void;
  /** A new channel, before anything is declared on it. */
  onChannel?: (channel: Channel) => void;
  logger: Logger;
}

/**
 * A queue of this process alone: it is gone with its connection and made anew with the next, what comes in between is missed,
 * and a process that falls behind loses the oldest.
 */
export class PrivateQueue implements LinkUser {
  private readonly link: BrokerLink;
  private readonly keys = new Set<string>();
  private readonly connectListeners: (() => void)[] = [];
  private open: { channel: Channel; queue: string } | null = null;
  private lateBindings = 0;

  constructor(private readonly parts: PrivateQueueParts) {
    this.link = new BrokerLink(parts.options, parts.role, this, parts.logger);
  }

  /** Every key that was asked for is bound. */
  get connected(): boolean {
    return this.link.usable && this.lateBindings === 0;
  }

  get channel(): Channel | null {
    return this.open?.channel ?? null;
  }

  /** Messages with this routing key, from now on and after each reconnection. The first one connects the queue. */
  bind(key: string): void {
    if (this.keys.has(key)) return;
    this.keys.add(key);
    if (this.keys.size === 1) this.link.start();
    else if (this.open) void this.bindLate(this.open, key);
  }

  /** Called whenever keys have been bound: what was said under them before has been missed. */
  onConnect(callback: () => void): void {
    this.connectListeners.push(callback);
  }

  async onUp(connection: ChannelModel): Promise<void> {
    const { role, exchange, onMessage, onChannel } = this.parts;
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    channel.on('close', () => this.link.rebuild(`the ${role} channel was closed`));
    onChannel?.(channel);
    await channel.assertExchange(exchange.name, exchange.type, { durable: true });
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      autoDelete: true,
      durable: false,
      maxLength: QUEUE_LIMIT,
      messageTtl: MESSAGE_TTL_MS,
      arguments: { 'x-overflow': 'drop-head' },
    });
    const deliver = (message: ConsumeMessage | null) => {
      if (message === null) this.link.rebuild(`the ${role} queue is gone`);
      else onMessage(message);
    };
    await channel.consume(queue, deliver, { noAck: true, exclusive: true });
    // A walk through a Set also comes to what is added on the way; whatever is added later finds the queue open.
    for (const key of this.keys) await channel.bindQueue(queue, exchange.name, key);
    this.open = { channel, queue };
    this.tellConnected();
  }

  onDown(): void {
    this.open = null;
  }

  async close(): Promise<void> {
    this.channel?.removeAllListeners('close');
    if (this.keys.size > 0) await this.link.close();
  }

  private async bindLate(open: { channel: Channel; queue: string }, key: string): Promise<void> {
    this.lateBindings++;
    try {
      await open.channel.bindQueue(open.queue, this.parts.exchange.name, key);
      this.tellConnected();
    } catch {
      // The channel is gone, and with the next one comes this key too.
    } finally {
      this.lateBindings--;
    }
  }

  /** A moment later, when `connected` is true. */
  private tellConnected(): void {
    setImmediate(() => this.connectListeners.forEach((callback) => callback()));
  }
}
