/** Asks the store. Rejects when it does not answer, within a second or two. */
export interface Watched {
  /** By the driver that the process works with. */
  ask(): Promise<unknown>;
  /** By another one that was made for this question. */
  askAnew(): Promise<unknown>;
  /** What else is known, for the log. */
  evidence?(): object;
}

export class LostStoreError extends Error {
  override readonly name = 'LostStoreError';
}

const EVERY_MS = 5_000;
const PATIENCE_MS = 15_000;
/** So often, between failures of the driver in use, another one was answered. */
const PROOFS = 3;

/**
 * A driver may lose its way: under faults one did not find its store for two minutes while everybody else was served. What had led
 * there is mended (ended-connections.ts); a process in that state does no work and does not know it. When its driver
 * has failed for 15 s, and then three times, every 5 s, a new one was answered and it was not, right afterwards, `onLost` is
 * called once. Without that second question a store that is killed every few seconds would be taken for a lost one.
 */
export class DriverWatch {
  private failingSince: number | undefined;
  private reason = '';
  private proofs = 0;
  private readonly timer: NodeJS.Timeout;
  private asking = false;

  constructor(
    private readonly store: Watched,
    private readonly onLost: (error: LostStoreError) => void,
    private readonly everyMs = EVERY_MS,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.timer = setInterval(() => void this.look(), this.everyMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    await this.judge();
    this.asking = false;
  }

  private async judge(): Promise<void> {
    if (await this.isAnswered()) {
      this.forgive();
      return;
    }
    this.failingSince ??= performance.now();
    const forMs = performance.now() - this.failingSince;
    if (forMs < this.patienceMs) return;
    if (!(await isKept(this.store.askAnew()))) {
      this.proofs = 0;
      return;
    }
    if (await this.isAnswered()) {
      this.forgive();
      return;
    }
    if (++this.proofs < PROOFS) return;
    this.stop();
    const evidence = JSON.stringify(this.store.evidence?.() ?? {});
    this.onLost(
      new LostStoreError(
        `the driver has not found its store for ${Math.round(forMs / 1_000)} s (${this.reason}), which answers others: ${evidence}`,
      ),
    );
  }

  private forgive(): void {
    this.failingSince = undefined;
    this.proofs = 0;
  }

  private async isAnswered(): Promise<boolean> {
    try {
      await this.store.ask();
      return true;
    } catch (error) {
      this.reason = error instanceof Error ? error.message : String(error);
      return false;
    }
  }
}

const isKept = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );
