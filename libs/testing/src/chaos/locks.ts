/** One at a time for each name, in the order of asking. */
export class Locks {
  private readonly last = new Map<string, Promise<void>>();

  with(name: string, work: () => Promise<void>): Promise<void> {
    const before = this.last.get(name) ?? Promise.resolve();
    const done = before.then(work);
    this.last.set(
      name,
      done.catch(() => undefined),
    );
    return done;
  }
}
