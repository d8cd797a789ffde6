interface Read<V> {
  current: Promise<V>;
  /** Of those who came while the current one was under way. */
  next?: Promise<V>;
}

/**
 * One read for all who ask for the same at the same time. Nobody gets one that had begun before they asked: what was written
 * until then is in it.
 */
export class SharedReads<V> {
  private readonly reads = new Map<string, Read<V>>();

  read(key: string, load: () => Promise<V>): Promise<V> {
    const known = this.reads.get(key);
    if (!known) return this.begin(key, load);
    known.next ??= known.current.then(
      () => this.begin(key, load),
      () => this.begin(key, load),
    );
    return known.next;
  }

  private begin(key: string, load: () => Promise<V>): Promise<V> {
    const read: Read<V> = { current: load() };
    this.reads.set(key, read);
    const end = () => {
      if (!read.next && this.reads.get(key) === read) this.reads.delete(key);
    };
    read.current.then(end, end);
    return read.current;
  }
}
