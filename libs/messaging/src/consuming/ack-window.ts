import type { Channel, ConsumeMessage } from 'amqplib';

/**
 * Collects the acknowledgements of one event-loop turn and sends them as few frames: one for everything before the oldest
 * delivery that is still being handled, one each for the rest.
 */
export class AckWindow {
  /** Delivery tags being handled; a Set keeps them in the order of delivery. */
  private readonly open = new Set<number>();
  private done: ConsumeMessage[] = [];
  private scheduled = false;
  private gone = false;

  constructor(private readonly channel: Channel) {}

  /** Deliveries that the broker still waits for. */
  get size(): number {
    return this.open.size + this.done.length;
  }

  get closed(): boolean {
    return this.gone;
  }

  add(message: ConsumeMessage): void {
    this.open.add(message.fields.deliveryTag);
  }

  ack(message: ConsumeMessage): void {
    if (!this.open.delete(message.fields.deliveryTag)) return;
    this.done.push(message);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    this.scheduled = false;
    const done = this.done;
    this.done = [];
    if (this.gone || done.length === 0) return;
    const [oldestOpen = Number.POSITIVE_INFINITY] = this.open;
    let last: ConsumeMessage | undefined;
    for (const message of done) {
      const { deliveryTag } = message.fields;
      if (deliveryTag > oldestOpen) this.channel.ack(message);
      else if (!last || deliveryTag > last.fields.deliveryTag) last = message;
    }
    if (last) this.channel.ack(last, true);
  }

  /** The channel is gone; the broker delivers again what was not acknowledged. */
  close(): void {
    this.gone = true;
  }
}
