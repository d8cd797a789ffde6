import { AppError } from '@app/contracts';

/** Events of one socket that may wait behind the one being admitted. */
export const LANE_CAPACITY = 1_000;

/** Runs the tasks of one socket one after the other, in the order in which they came; tasks never reject. */
export class Lane {
  private readonly waiting: (() => Promise<void>)[] = [];
  private running = false;

  /** Throws RATE_LIMITED when more wait than anybody who follows the protocol would send. */
  run(task: () => Promise<void>): void {
    if (this.waiting.length >= LANE_CAPACITY) {
      throw new AppError(
        'RATE_LIMITED',
        `more than ${LANE_CAPACITY} events wait on this socket`,
        undefined,
        1_000,
      );
    }
    this.waiting.push(task);
    if (!this.running) void this.work();
  }

  private async work(): Promise<void> {
    this.running = true;
    for (let task = this.waiting.shift(); task !== undefined; task = this.waiting.shift()) await task();
    this.running = false;
  }
}
