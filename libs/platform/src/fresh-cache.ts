interface Entry<V> {
  value: V;
  until: number;
}

/**
 * What the store said a moment ago. Whoever changes the store says so by `forget`; where that does not arrive, an entry
 * is wrong for no longer than its lifetime.
 */
export class FreshCache<K, V> {
  private readonly entries = new Map<K, Entry<V>>();
  /** Grows with each `forget`: what was read before one may be older than what it speaks of. */
  private epoch = 0;

  constructor(
    private readonly lifetimeMs: number,
    private readonly capacity: number,
  ) {}

  peek(key: K): V | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.until > performance.now() ? entry.value : undefined;
  }

  /** The values of all keys; `read` gets those that are not at hand, and answers with a value for each. */
  async load(keys: readonly K[], read: (missing: K[]) => Promise<Map<K, V>>): Promise<Map<K, V>> {
    const found = new Map<K, V>();
    const missing: K[] = [];
    for (const key of keys) {
      const value = this.peek(key);
      if (value === undefined) missing.push(key);
      else found.set(key, value);
    }
    if (missing.length === 0) return found;
    const { epoch } = this;
    for (const [key, value] of await read(missing)) {
      found.set(key, value);
      if (epoch === this.epoch) this.remember(key, value);
    }
    return found;
  }

  forget(key: K): void {
    this.epoch++;
    this.entries.delete(key);
  }

  forgetAll(): void {
    this.epoch++;
    this.entries.clear();
  }

  private remember(key: K, value: V): void {
    this.entries.delete(key);
    if (this.entries.size >= this.capacity) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    this.entries.set(key, { value, until: performance.now() + this.lifetimeMs });
  }
}
