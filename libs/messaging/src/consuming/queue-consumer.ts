import { setTimeout } from 'node:timers/promises';
import type { IntegrationEvent } from '@app/contracts';
import { crashAt, type Logger } from '@app/platform';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { within } from '../deadline';
import { decode, type IncomingEvent } from '../envelope';
import type { ResolvedMessagingOptions } from '../messaging.options';
import { consumed, queueDepth } from '../metrics';
import type { ConfirmedSender } from '../publishing/confirmed-sender';
import { assertConsumerTopology, assertDeadLetters, queueNames, type QueueNames } from '../topology';
import { AckWindow } from './ack-window';
import { ATTEMPT_HEADER, failed } from './failure-headers';
import { afterFailure } from './retry.policy';

const SILENCE_MS = 10_000;
const SEND_AGAIN_MS = 1_000;
/**
 * An event that was in the hands of so many consumers when they died is handled alone: whoever is delivered together with the
 * one that kills would be counted with it, and end in the dead letters beside it.
 */
const SUSPECT_AFTER = 3;
/** For each step of stopping; what is not acknowledged by then is delivered again, to somebody else. */
const STOP_DEADLINE_MS = 2_500;

export interface ConsumerParts {
  options: ResolvedMessagingOptions;
  contract: IntegrationEvent;
  handler: (event: IncomingEvent) => Promise<void>;
  sender: ConfirmedSender;
  logger: Logger;
  /** The queue, the channel or the consumer is gone, or deliveries have stopped: the connection must be built anew. */
  onBroken: (reason: string) => void;
}

/** Consumes the queue of one event: an event is acknowledged when it was handled, or when the queue of its next step has it. */
export class QueueConsumer {
  readonly names: QueueNames;
  private readonly outcomes;
  private channel: Channel | null = null;
  private window: AckWindow | null = null;
  private consumerTag = '';
  /** Deliveries at once: one, until the queue gives something that is not suspect. What came back stands first in it. */
  private width = 1;
  private widening: Promise<void> | undefined;
  private lastDelivery = 0;
  /** Events waited in the queue at the last look, and none has come since. */
  private suspicious = false;
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly parts: ConsumerParts) {
    const { options, contract } = parts;
    this.names = queueNames(options.service, contract.name);
    this.outcomes = {
      handled: consumed.labels(contract.name, 'handled'),
      retried: consumed.labels(contract.name, 'retried'),
      dead: consumed.labels(contract.name, 'dead'),
    };
  }

  get consuming(): boolean {
    return this.channel !== null;
  }

  async open(connection: ChannelModel): Promise<void> {
    const { options, contract, onBroken } = this.parts;
    await assertDeadLetters(connection, this.names);
    const channel = await connection.createChannel();
    channel.on('error', (error: Error) => this.parts.logger.warn(`${this.names.queue}: ${error.message}`));
    channel.on('close', () => onBroken(`the channel of ${this.names.queue} was closed`));
    const { exchange, retryDelaysMs } = options;
    await assertConsumerTopology(channel, {
      exchange,
      event: contract.name,
      names: this.names,
      retryDelaysMs,
    });
    const window = new AckWindow(channel);
    this.window = window;
    this.lastDelivery = Date.now();
    this.suspicious = false;
    this.widening = undefined;
    await this.consume(channel, window, 1);
    this.channel = channel;
  }

  /** The connection is gone. */
  drop(): void {
    this.window?.close();
    this.window = null;
    this.channel = null;
  }

  /** Asks the broker for the queue's depth and speaks up when events wait there but none reaches us. */
  async check(): Promise<void> {
    const { channel, window } = this;
    if (!channel || !window) return;
    const { messageCount, consumerCount } = await channel.checkQueue(this.names.queue);
    queueDepth.set({ queue: this.names.queue }, messageCount);
    const silent = Date.now() - this.lastDelivery > SILENCE_MS && window.size < this.width;
    const stalled = consumerCount === 0 || (silent && messageCount > 0);
    if (stalled && this.suspicious)
      this.parts.onBroken(`${this.names.queue} has ${messageCount} events but delivers none`);
    this.suspicious = stalled;
  }

  /** No new deliveries; resolves when those under way are handled and acknowledged. */
  async stop(): Promise<void> {
    const { channel } = this;
    if (!channel) return;
    channel.removeAllListeners('close');
    // What still comes does not widen it any more.
    this.width = 0;
    await within(STOP_DEADLINE_MS, this.widening ?? Promise.resolve());
    await within(STOP_DEADLINE_MS, channel.cancel(this.consumerTag));
    await within(STOP_DEADLINE_MS, Promise.all(this.running));
    this.window?.flush();
    this.drop();
    await within(STOP_DEADLINE_MS, channel.close());
  }

  private async consume(channel: Channel, window: AckWindow, width: number): Promise<void> {
    this.width = width;
    // Ours rather than the broker's: the first delivery may be here before its answer.
    this.consumerTag = `${width}`;
    await channel.prefetch(width);
    const options = { consumerTag: this.consumerTag };
    await channel.consume(this.names.queue, (message) => this.deliver(message, channel, window), options);
  }

  /** How many are delivered at once belongs to the consumer: one goes, another one comes. */
  private async widen(channel: Channel, window: AckWindow): Promise<void> {
    try {
      await channel.cancel(this.consumerTag);
      await this.consume(channel, window, this.parts.options.prefetch);
    } catch {
      // The channel is gone, and a new one is on its way.
    }
  }

  private deliver(message: ConsumeMessage | null, channel: Channel, window: AckWindow): void {
    if (message === null) {
      this.parts.onBroken(`the broker has cancelled the consumer of ${this.names.queue}`);
      return;
    }
    this.lastDelivery = Date.now();
    if (this.width === 1 && !isSuspect(message)) this.widening ??= this.widen(channel, window);
    window.add(message);
    const run = this.handle(message, window).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async handle(message: ConsumeMessage, window: AckWindow): Promise<void> {
    try {
      await this.parts.handler(decode(this.parts.contract, message.content));
      crashAt('before-event-ack');
      this.outcomes.handled.inc();
      window.ack(message);
    } catch (error) {
      await this.pass(message, window, error);
    }
  }

  /** Moves a failed event to where it waits, with a confirm, before it leaves the queue. */
  private async pass(message: ConsumeMessage, window: AckWindow, error: unknown): Promise<void> {
    const { properties } = message;
    const attempt = Number(properties.headers?.[ATTEMPT_HEADER] ?? 1);
    const step = afterFailure(error, attempt, this.parts.options.retryDelaysMs);
    const target = step.kind === 'dead' ? this.names.dead : this.names.retry(step.delayMs);
    const reason = error instanceof Error ? error.message.slice(0, 300) : 'unknown';
    const messageId = String(properties.messageId);
    const level = step.kind === 'dead' ? 'warn' : 'debug';
    this.parts.logger[level](`event failed, goes to ${target}`, { eventId: messageId, attempt, reason });
    const headers = failed(properties.headers ?? {}, attempt, reason);
    const { type, timestamp, contentType } = properties as {
      type: string;
      timestamp: number;
      contentType: string;
    };
    while (!window.closed) {
      try {
        await this.parts.sender.send('', target, message.content, {
          messageId,
          type,
          timestamp,
          contentType,
          headers,
        });
        this.outcomes[step.kind === 'dead' ? 'dead' : 'retried'].inc();
        window.ack(message);
        return;
      } catch {
        // Kept, not given back: each return to the queue would count towards its delivery limit.
        await setTimeout(SEND_AGAIN_MS);
      }
    }
  }
}

const isSuspect = ({ properties }: ConsumeMessage) =>
  Number(properties.headers?.['x-delivery-count'] ?? 0) >= SUSPECT_AFTER;
