import { Inject, Injectable } from '@nestjs/common';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { IntegrationEvent } from '@app/contracts';
import { Logger, mismatches, Shutdown } from '@app/platform';
import type { ChannelModel } from 'amqplib';
import { isObservable, lastValueFrom } from 'rxjs';
import { BrokerLink, type LinkUser } from '../connection/broker-link';
import type { IncomingEvent } from '../envelope';
import { MESSAGING_OPTIONS, type ResolvedMessagingOptions } from '../messaging.options';
import { ConfirmedSender } from '../publishing/confirmed-sender';
import { QueueConsumer } from './queue-consumer';

const CHECK_MS = 5_000;

/**
 * Nest transport for integration events, in place of Nest's own RMQ transport, which acknowledges before the handler is done
 * and never notices that its consumer was cancelled. Use it with `app.connectMicroservice({ strategy: app.get(ReliableRmqServer) })`.
 */
@Injectable()
export class ReliableRmqServer extends Server implements CustomTransportStrategy, LinkUser {
  private readonly link: BrokerLink;
  private readonly log: Logger;
  private consumers: QueueConsumer[] = [];
  private timer: NodeJS.Timeout | undefined;
  private started = false;

  constructor(
    @Inject(MESSAGING_OPTIONS) private readonly options: ResolvedMessagingOptions,
    private readonly sender: ConfirmedSender,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    super();
    this.log = logger.child({ context: 'ReliableRmqServer' });
    this.link = new BrokerLink(options, 'consumer', this, this.log);
    shutdown.register('stop-accepting', 'consumers', () => this.stop());
    shutdown.register('close-stores', 'consumer connection', () => this.closeLink());
  }

  /** `up` when every queue is being consumed, else what is wrong. */
  get state(): string {
    if (this.link.state !== 'up') return this.link.state;
    const idle = this.consumers.filter((consumer) => !consumer.consuming).map(({ names }) => names.queue);
    return idle.length === 0 ? 'up' : `not consuming ${idle.join(', ')}`;
  }

  /** Nest calls this from `startAllMicroservices()`. Connects in the background; fails when contracts and handlers do not match. */
  listen(callback: (error?: unknown) => void): void {
    const handlers = this.handlers();
    const contracts: IntegrationEvent[] = this.options.consumes;
    const problems = mismatches(
      contracts,
      handlers.map(({ contract }) => contract),
      ({ name }) => name,
    );
    if (problems.length > 0) {
      callback(new Error(`integration events: ${problems.join('; ')}`));
      return;
    }
    this.consumers = handlers.map(
      ({ contract, handler }) =>
        new QueueConsumer({
          options: this.options,
          contract,
          handler: (event) => settle(handler, event),
          sender: this.sender,
          logger: this.log,
          onBroken: (reason) => this.link.rebuild(reason),
        }),
    );
    this.started = true;
    this.link.start();
    this.timer = setInterval(() => void this.check(), CHECK_MS);
    callback();
  }

  /** Nest calls this when the app closes; the shutdown phases have done the work by then. */
  close(): void {
    clearInterval(this.timer);
  }

  on(): never {
    throw new Error('ReliableRmqServer emits no events');
  }

  unwrap<T>(): T {
    return this.consumers as T;
  }

  async onUp(connection: ChannelModel): Promise<void> {
    for (const consumer of this.consumers) await consumer.open(connection);
  }

  onDown(): void {
    for (const consumer of this.consumers) consumer.drop();
  }

  private async check(): Promise<void> {
    try {
      await Promise.all(this.consumers.map((consumer) => consumer.check()));
    } catch {
      // A queue that is not there closes the channel, and the channel's end rebuilds the connection.
    }
  }

  private handlers(): { contract: IntegrationEvent; handler: MessageHandler }[] {
    return [...this.getHandlers().values()].flatMap((first) => {
      const chain: MessageHandler[] = [];
      for (let handler: MessageHandler | undefined = first; handler; handler = handler.next)
        chain.push(handler);
      return chain
        .filter((handler) => handler.extras?.['contract'] !== undefined)
        .map((handler) => ({ contract: handler.extras?.['contract'] as IntegrationEvent, handler }));
    });
  }

  private async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.consumers.map((consumer) => consumer.stop()));
  }

  private async closeLink(): Promise<void> {
    if (this.started) await this.link.close();
  }
}

/** Nest answers with a value, or with an observable that fails when the handler failed. */
async function settle(handler: MessageHandler, event: IncomingEvent): Promise<void> {
  const result: unknown = await handler(event);
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
