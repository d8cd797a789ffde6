import { errorNotice, type ErrorCode, type Namespace } from '@app/contracts';
import { Counter } from 'prom-client';

/** How much may wait for one client behind the write that is under way. */
export interface BacklogLimits {
  /** More bytes or packets than these: it is not sent volatile events any more. */
  volatileBytes: number;
  volatilePackets: number;
  /** More bytes than these: it is disconnected. */
  bytes: number;
}

export const BACKLOG_LIMITS: BacklogLimits = {
  volatileBytes: 1_048_576,
  volatilePackets: 256,
  bytes: 4_194_304,
};

/** A connection, as far as its client reads. */
export interface Reader {
  readonly waitingBytes: number;
  readonly waitingPackets: number;
  /** Forgets what waits, sends `notice`, a packet, as the last thing, and closes. */
  end(notice: string): void;
}

/** Whoever does not read the last words either is left without. */
export const LAST_WORDS_MS = 2_000;

const slow = new Counter({
  name: 'slow_consumers_dropped_total',
  help: 'Clients that were disconnected because too much waited for them.',
});
const leftOut = new Counter({
  name: 'volatile_events_dropped_total',
  help: 'Volatile events that were not sent to a client that reads too slowly.',
});

const CODE: ErrorCode = 'SLOW_CONSUMER';

/** Keeps clients that do not read from filling the memory. They lose what is volatile, then the connection, and catch up when they are back. */
export class SlowReaders {
  private readonly volatiles: string[];
  private readonly notice: string;
  private suspects = new Set<Reader>();

  constructor(
    { name, server }: Namespace,
    private readonly limits: BacklogLimits,
  ) {
    const event = (contract: { name: string }) => `2${name},["${contract.name}"`;
    this.volatiles = server.filter(({ volatile }) => volatile).map(event);
    const message = `more than ${limits.bytes} bytes waited to be read; connect again and fetch what was missed`;
    this.notice = `${event(errorNotice)},${JSON.stringify({ code: CODE, message, event: 'disconnect' })}]`;
  }

  /** Whether the packet is to be sent to a client for whom something waits already. */
  admits(reader: Reader, packet: unknown): boolean {
    const { waitingBytes } = reader;
    if (waitingBytes > this.limits.bytes) this.suspect(reader);
    if (waitingBytes <= this.limits.volatileBytes && reader.waitingPackets <= this.limits.volatilePackets)
      return true;
    if (!this.isVolatile(packet)) return true;
    leftOut.inc();
    return false;
  }

  /** Judged when this turn's writes are out: much that is said in one turn does not make anybody slow. */
  private suspect(reader: Reader): void {
    if (this.suspects.size === 0) setImmediate(() => this.judge());
    this.suspects.add(reader);
  }

  private judge(): void {
    const { suspects } = this;
    this.suspects = new Set();
    for (const reader of suspects) {
      if (reader.waitingBytes <= this.limits.bytes) continue;
      slow.inc();
      reader.end(this.notice);
    }
  }

  private isVolatile(packet: unknown): boolean {
    return typeof packet === 'string' && this.volatiles.some((start) => packet.startsWith(start));
  }
}
