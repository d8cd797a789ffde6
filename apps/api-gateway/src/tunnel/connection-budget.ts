/** How many WebSockets each address holds, against what it may. */
export class ConnectionBudget {
  private readonly held = new Map<string, number>();

  constructor(readonly limit: number) {}

  /** False when the address has used up its budget. */
  take(key: string): boolean {
    const count = this.held.get(key) ?? 0;
    if (count >= this.limit) return false;
    this.held.set(key, count + 1);
    return true;
  }

  release(key: string): void {
    const count = this.held.get(key) ?? 0;
    if (count > 1) this.held.set(key, count - 1);
    else this.held.delete(key);
  }
}
