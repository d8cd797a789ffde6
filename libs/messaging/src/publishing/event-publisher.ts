import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { sendings } from '@app/platform';
import { encode, type OutgoingEvent } from '../envelope';
import { MESSAGING_OPTIONS, type ResolvedMessagingOptions } from '../messaging.options';
import { ConfirmedSender } from './confirmed-sender';

/** Publishes integration events. What must not be lost goes through the outbox instead, which uses this. */
@Injectable()
export class EventPublisher {
  private readonly exchange: string;

  constructor(
    @Inject(MESSAGING_OPTIONS) options: ResolvedMessagingOptions,
    private readonly sender: ConfirmedSender,
  ) {
    this.exchange = options.exchange;
  }

  get connected(): boolean {
    return this.sender.connected;
  }

  /** How many more events may be published now. */
  get room(): number {
    return this.sender.room;
  }

  /** Resolves when a queue has the event durably. Rejects with UNAVAILABLE otherwise; the event may exist or not. */
  async publish<P extends object>(event: OutgoingEvent<P>): Promise<void> {
    const [first = 0, second] = sendings('events');
    if (second !== undefined) void delay(second).then(() => this.send(event).catch(() => undefined));
    if (first > 0) await delay(first);
    await this.send(event);
  }

  private send<P extends object>(event: OutgoingEvent<P>): Promise<void> {
    const { contract, id, at } = event;
    return this.sender.send(this.exchange, contract.name, encode(event), {
      messageId: id,
      type: contract.name,
      headers: { v: contract.version },
      timestamp: at.getTime(),
      contentType: 'application/json',
    });
  }
}
