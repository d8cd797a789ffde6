import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NetworkOrder } from './network-worker';
import type { NetworkFault } from './stream';

/** A way from one process to another, such as `chat-1>mongodb`. */
export interface NetworkPath {
  name: string;
  /** What kind of thing is at its end, such as `mongodb`. */
  to: string;
}

type Wish<O = NetworkOrder> = O extends NetworkOrder ? Omit<O, 'turn'> : never;

/**
 * Paths between processes, each of which can be disturbed (FaultyNetwork). They are carried by a thread of their own: whoever
 * measures here is not slowed down by them, nor they by whoever is busy here.
 */
export class Network {
  readonly paths: NetworkPath[] = [];
  private readonly worker = new Worker(path.join(__dirname, 'network-worker.js'));
  private readonly waiting = new Map<number, (url: string) => void>();
  private turn = 0;

  constructor() {
    this.worker.on('message', ({ turn, url }: { turn: number; url: string }) => {
      this.waiting.get(turn)?.(url);
      this.waiting.delete(turn);
    });
  }

  /** The URL of the same server, by a path that can be disturbed. */
  open(name: string, to: string, url: string): Promise<string> {
    this.paths.push({ name, to });
    return this.order({ do: 'open', path: name, url });
  }

  async disturb(paths: readonly NetworkPath[], fault: NetworkFault): Promise<void> {
    await this.order({ do: 'disturb', paths: paths.map(({ name }) => name), fault });
  }

  async heal(paths: readonly NetworkPath[]): Promise<void> {
    await this.order({ do: 'heal', paths: paths.map(({ name }) => name) });
  }

  /** The thread ends by itself. Terminated in the middle of its connections, two of a dozen long runs spun for ever. */
  async close(): Promise<void> {
    const ended = once(this.worker, 'exit');
    void this.order({ do: 'close' });
    await ended;
  }

  private order(wish: Wish): Promise<string> {
    const turn = ++this.turn;
    return new Promise((resolve) => {
      this.waiting.set(turn, resolve);
      this.worker.postMessage({ ...wish, turn });
    });
  }
}
