/** What an instance last said of itself; `unreachable` until it has answered once. */
export type InstanceState = 'ready' | 'unready' | 'draining' | 'unreachable';

/** Share of the recent handshakes that still counts a second later. */
const DECAY = 0.8;

/** One process of a service, as the gateway sees it. */
export class Instance {
  readonly host: string;
  readonly port: number;
  /** Learned from its health answer; the prefix of its Engine.IO session ids. */
  name = '';
  state: InstanceState = 'unreachable';
  /** Probes in a row that it did not answer in time. */
  misses = 0;
  /** WebSockets that we carry to it. */
  open = 0;
  /** Polling handshakes that have not become WebSockets yet, fading out. */
  private arriving = 0;

  constructor(readonly url: string) {
    const { hostname, port } = new URL(url);
    this.host = hostname.replace(/^\[|\]$/g, '');
    this.port = Number(port) || 80;
  }

  get load(): number {
    return this.open + this.arriving;
  }

  handshake(): void {
    this.arriving++;
  }

  /** A session that was counted as arriving is now counted as open. */
  arrived(): void {
    this.arriving = Math.max(0, this.arriving - 1);
  }

  fade(): void {
    this.arriving = this.arriving < 1 ? 0 : this.arriving * DECAY;
  }
}
