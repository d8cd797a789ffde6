import type { WebSocket } from 'ws';

const TEXT = { binary: false } as const;

/** What a WebSocket is to send: one batch is under way, the rest waits here, where it can be counted and forgotten. */
export class FrameQueue {
  private waiting: (string | Buffer)[] = [];
  private waitingBytes = 0;
  private underWay = false;
  private onEmpty: (() => void) | undefined;

  constructor(private readonly socket: WebSocket) {}

  get length(): number {
    return this.waiting.length;
  }

  get bytes(): number {
    return this.waitingBytes;
  }

  send(frame: string | Buffer): void {
    if (!this.underWay) {
      this.underWay = true;
      this.socket.send(frame, TEXT, this.next);
      return;
    }
    this.waiting.push(frame);
    this.waitingBytes += Buffer.byteLength(frame);
  }

  clear(): void {
    this.waiting = [];
    this.waitingBytes = 0;
  }

  /** Called when all is sent. */
  end(onEmpty: () => void): void {
    this.onEmpty = onEmpty;
    if (!this.underWay) this.flush();
  }

  /** An error is followed by the socket's `close`. */
  private readonly next = (): void => {
    this.underWay = false;
    this.flush();
  };

  private flush(): void {
    const frames = this.waiting;
    this.clear();
    const last = frames.pop();
    if (last === undefined) {
      this.onEmpty?.();
      return;
    }
    this.underWay = true;
    for (const frame of frames) this.socket.send(frame, TEXT);
    this.socket.send(last, TEXT, this.next);
  }
}
