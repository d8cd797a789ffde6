import { AppError } from '@app/contracts';

/** So many of something in a span of time, for each key; on this instance. */
export class RateWindow<K> {
  private counts = new Map<K, number>();
  private startedAt = 0;

  constructor(
    private readonly max: number,
    private readonly windowMs: number,
  ) {}

  /** Throws RATE_LIMITED when there were as many in this window. All begin anew together, so that nobody need be tidied away. */
  spend(key: K, what: string): void {
    const now = performance.now();
    if (now - this.startedAt >= this.windowMs) {
      this.counts = new Map();
      this.startedAt = now;
    }
    const count = this.counts.get(key) ?? 0;
    if (count >= this.max) {
      const retryAfterMs = Math.ceil(this.startedAt + this.windowMs - now);
      const message = `${what}: more than ${this.max} in ${this.windowMs / 1_000} s`;
      throw new AppError('RATE_LIMITED', message, undefined, retryAfterMs);
    }
    this.counts.set(key, count + 1);
  }
}
