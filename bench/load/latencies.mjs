/** Latencies in milliseconds. */
export class Latencies {
  #values = [];

  add(ms) {
    this.#values.push(ms);
  }

  get count() {
    return this.#values.length;
  }

  /** p50, p95, p99 and maximum; null without values. */
  summary() {
    if (this.#values.length === 0) return null;
    const sorted = Float64Array.from(this.#values).sort();
    const at = (share) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: round(sorted[sorted.length - 1]) };
  }
}

const round = (ms) => Math.round(ms * 100) / 100;
