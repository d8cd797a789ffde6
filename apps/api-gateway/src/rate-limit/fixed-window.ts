/** What one request did to its budget. */
export interface Verdict {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Milliseconds until the window ends. */
  resetMs: number;
}

interface Window {
  used: number;
  endsAt: number;
}

/**
 * Counts per key in windows that begin with the key's first request. Exact, in memory, at most `maxKeys` keys:
 * when more come, the windows that began first are forgotten, so that a flood of addresses costs no memory.
 */
export class FixedWindow {
  /** In the order of their beginnings. */
  private readonly windows = new Map<string, Window>();

  constructor(
    readonly limit: number,
    private readonly windowMs: number,
    private readonly maxKeys = 10_000,
  ) {}

  get size(): number {
    return this.windows.size;
  }

  hit(key: string, now = Date.now()): Verdict {
    const window = this.current(key, now);
    window.used++;
    return {
      allowed: window.used <= this.limit,
      limit: this.limit,
      remaining: Math.max(0, this.limit - window.used),
      resetMs: window.endsAt - now,
    };
  }

  private current(key: string, now: number): Window {
    const known = this.windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    this.windows.delete(key);
    const [oldest] = this.windows.keys();
    if (oldest !== undefined && this.windows.size >= this.maxKeys) this.windows.delete(oldest);
    const fresh = { used: 0, endsAt: now + this.windowMs };
    this.windows.set(key, fresh);
    return fresh;
  }
}
