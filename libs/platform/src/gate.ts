import { AppError } from '@app/contracts';

const RETRY_AFTER_MS = 1_000;

/** Lets `limit` pieces of work run at once and `capacity` more wait their turn; what comes beyond hears UNAVAILABLE at once. */
export class Gate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly limit: number,
    private readonly capacity: number,
    /** Why somebody is sent away. */
    private readonly crowd: string,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.limit) this.running += 1;
    else await this.turn();
    try {
      return await work();
    } finally {
      // The place is handed on, not given back: nobody can slip in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= this.capacity) {
      throw new AppError('UNAVAILABLE', `${this.crowd}, try again`, undefined, RETRY_AFTER_MS);
    }
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }
}
