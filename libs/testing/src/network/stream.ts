import type { Socket } from 'node:net';
import { reset } from './reset';

/** Of a connection: towards the server, and back from it. */
export type Way = 'forth' | 'back';

export type NetworkFault =
  /** All connections are reset, and new ones as well. */
  | { kind: 'cut' }
  /** Connections stay, and new ones are accepted, but nothing is read any more: a stopped server. */
  | { kind: 'hang' }
  /** Half open: what is sent these ways is read and lost, the end of a connection as well, and nobody is told. */
  | { kind: 'mute'; ways: readonly Way[] }
  /** Everything arrives, in its order, so many milliseconds late. */
  | { kind: 'delay'; ms: number }
  /** Each connection, new ones as well, is reset after so many more bytes, wherever in a sentence that may be. */
  | { kind: 'clip'; bytes: number };

interface Surroundings {
  way: Way;
  fault: () => NetworkFault | undefined;
  carried: (bytes: number) => void;
}

/** The bytes of one connection that go one way. */
export class Stream {
  /** Some were lost: none of those behind them may arrive any more, as TCP has it. */
  isLost = false;
  private readonly late: { due: number; act: () => void }[] = [];
  private clipped: { by: NetworkFault; left: number } | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly around: Surroundings,
  ) {}

  take(chunk: Buffer): void {
    if (this.isMuted) this.isLost = true;
    if (this.isLost) return;
    const fault = this.around.fault();
    if (fault?.kind === 'clip') this.clip(fault, chunk);
    else this.inTurn(fault, () => this.write(chunk));
  }

  /** The sender has said its last. */
  end(): void {
    if (this.isMuted) this.isLost = true;
    else if (this.isLost) reset(this.to);
    else this.inTurn(this.around.fault(), () => this.to.end());
  }

  get isMuted(): boolean {
    const fault = this.around.fault();
    return fault?.kind === 'mute' && fault.ways.includes(this.around.way);
  }

  /** Behind what is late, even if the fault is over by now. */
  private inTurn(fault: NetworkFault | undefined, act: () => void): void {
    if (fault?.kind !== 'delay' && this.late.length === 0) {
      act();
      return;
    }
    this.late.push({ due: performance.now() + (fault?.kind === 'delay' ? fault.ms : 0), act });
    if (this.late.length === 1) this.waitForNext();
  }

  private waitForNext(): void {
    const [next] = this.late;
    if (!next) return;
    setTimeout(
      () => {
        next.act();
        this.late.shift();
        this.waitForNext();
      },
      Math.max(0, next.due - performance.now()),
    );
  }

  private write(chunk: Buffer): void {
    if (this.to.destroyed) return;
    this.around.carried(chunk.length);
    if (this.to.write(chunk)) return;
    this.from.pause();
    this.to.once('drain', () => {
      if (this.around.fault()?.kind !== 'hang') this.from.resume();
    });
  }

  private clip(fault: NetworkFault & { kind: 'clip' }, chunk: Buffer): void {
    if (this.clipped?.by !== fault) this.clipped = { by: fault, left: fault.bytes };
    const { left } = this.clipped;
    this.clipped.left -= chunk.length;
    if (left <= 0) return;
    this.inTurn(undefined, () => this.write(chunk.subarray(0, left)));
    if (this.clipped.left > 0) return;
    this.inTurn(undefined, () => {
      reset(this.from);
      // Not reset: what was written shall still be read.
      this.to.destroySoon();
    });
  }
}
