import type { IncomingMessage, ServerResponse } from 'node:http';

/** Longest that requests may hold up the shutdown; within its cap with room for the later phases. */
const PATIENCE_MS = 5_000;

/** Counts the requests that are being answered, so that a process can end after the last of them. */
export class RequestsInFlight {
  private count = 0;
  private ending = false;
  private onIdle = (): void => undefined;

  /** Express middleware. From the shutdown on, each answer asks its caller to look for another connection. */
  readonly track = (_request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    this.count += 1;
    response.once('close', () => {
      this.count -= 1;
      if (this.count === 0) this.onIdle();
    });
    if (this.ending) response.setHeader('connection', 'close');
    next();
  };

  /** Resolves when all are answered, or when it has waited long enough. */
  async idle(): Promise<void> {
    this.ending = true;
    if (this.count === 0) return;
    await new Promise<void>((resolve) => {
      this.onIdle = resolve;
      setTimeout(resolve, PATIENCE_MS).unref();
    });
  }
}
