import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { Logger, Shutdown } from '@app/platform';
import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { BrokerLink, type LinkUser } from '../connection/broker-link';
import { MESSAGING_OPTIONS, type ResolvedMessagingOptions } from '../messaging.options';
import { published } from '../metrics';
import { assertExchange } from '../topology';

/** Publications that may wait for their confirms at once. */
const WINDOW = 1_000;
/** A confirm that takes longer is not waited for; the outcome is unknown then. */
const CONFIRM_DEADLINE_MS = 5_000;
const DEADLINE_CHECK_MS = 1_000;

export interface SendOptions extends Options.Publish {
  messageId: string;
}

interface Waiting {
  since: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

const outcomes = {
  confirmed: published.labels('confirmed'),
  returned: published.labels('returned'),
  failed: published.labels('failed'),
};

/** Sends messages over a connection of its own and knows what became of each. */
@Injectable()
export class ConfirmedSender implements LinkUser, OnModuleInit {
  private readonly link: BrokerLink;
  private channel: ConfirmChannel | null = null;
  /** In the order of sending: the oldest stand first. */
  private readonly waiting = new Set<Waiting>();
  /** Message ids that came back; the confirm follows right behind. */
  private readonly returned = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(MESSAGING_OPTIONS) private readonly options: ResolvedMessagingOptions,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    this.link = new BrokerLink(options, 'publisher', this, logger.child({ context: 'ConfirmedSender' }));
    shutdown.register('close-stores', 'publisher', () => this.close());
  }

  onModuleInit(): void {
    this.link.start();
    this.timer = setInterval(() => this.expire(), DEADLINE_CHECK_MS);
  }

  /** The broker is there and takes messages. */
  get connected(): boolean {
    return this.link.usable;
  }

  /** `up`, or why not. */
  get state(): string {
    return this.link.state;
  }

  /** How many more may be sent now. */
  get room(): number {
    return this.connected ? WINDOW - this.waiting.size : 0;
  }

  /**
   * Persistent and mandatory. Resolves when a queue has the message. Rejects with UNAVAILABLE when no queue wanted it, the
   * broker refused it, is away or blocked, did not confirm in time, or the window is full: the message may exist or not.
   */
  send(exchange: string, routingKey: string, body: Buffer, options: SendOptions): Promise<void> {
    const { channel } = this;
    if (!channel || !this.connected) return Promise.reject(unavailable(this.state));
    if (this.waiting.size >= WINDOW)
      return Promise.reject(unavailable('too many publications are under way'));
    return new Promise((resolve, reject) => {
      const entry: Waiting = { since: Date.now(), resolve, reject };
      const { messageId } = options;
      channel.publish(
        exchange,
        routingKey,
        body,
        { ...options, persistent: true, mandatory: true },
        (error: unknown) => this.settle(entry, messageId, error),
      );
      this.waiting.add(entry);
    });
  }

  async onUp(connection: ChannelModel): Promise<void> {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined);
    channel.on('close', () => this.link.rebuild('the publishing channel was closed'));
    channel.on('return', (message) => this.returned.add(String(message.properties.messageId)));
    await assertExchange(channel, this.options.exchange);
    this.channel = channel;
  }

  onDown(): void {
    this.channel = null;
    this.returned.clear();
    for (const entry of this.waiting) this.fail(entry, 'the connection to the broker was lost');
  }

  private settle(entry: Waiting, messageId: string, error: unknown): void {
    const wasReturned = this.returned.delete(messageId);
    if (!this.waiting.has(entry)) return;
    if (error) {
      this.fail(entry, 'the broker refused the message');
      return;
    }
    this.waiting.delete(entry);
    if (wasReturned) {
      outcomes.returned.inc();
      entry.reject(unavailable('no queue wanted the message'));
      return;
    }
    outcomes.confirmed.inc();
    entry.resolve();
  }

  private fail(entry: Waiting, reason: string): void {
    this.waiting.delete(entry);
    outcomes.failed.inc();
    entry.reject(unavailable(reason));
  }

  /** One look a second instead of a timer per message. A silent broker that has not told us it is blocked gets a new connection. */
  private expire(): void {
    const limit = Date.now() - CONFIRM_DEADLINE_MS;
    let expired = 0;
    for (const entry of this.waiting) {
      if (entry.since > limit) break;
      this.fail(entry, `no confirm within ${CONFIRM_DEADLINE_MS} ms`);
      expired++;
    }
    if (expired > 0 && !this.link.isBlocked)
      this.link.rebuild(`${expired} publications were not confirmed in time`);
  }

  private async close(): Promise<void> {
    clearInterval(this.timer);
    this.channel?.removeAllListeners('close');
    await this.link.close();
  }
}

const unavailable = (reason: string) => new AppError('UNAVAILABLE', reason);
