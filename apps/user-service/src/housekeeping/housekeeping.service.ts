import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';

const EVERY_MS = 3_600_000;
/** Not right at the start, when there is enough to do. */
const FIRST_MS = 60_000;
/** Rows that one statement removes at most: more would hold locks for long. */
const BATCH = 5_000;

/** Removes up to `limit` rows that are of no more use; says how many. */
export type Clean = (limit: number) => Promise<number>;

/** Takes out what has had its time, every hour, piece by piece. Several instances may do it at once. */
@Injectable()
export class Housekeeping implements OnModuleInit {
  private readonly tasks = new Map<string, Clean>();
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    logger: Logger,
    private readonly shutdown: Shutdown,
  ) {
    this.logger = logger.child({ context: 'Housekeeping' });
  }

  onModuleInit(): void {
    this.plan(FIRST_MS);
    this.shutdown.register('stop-accepting', 'housekeeping', () => {
      this.stopped = true;
      clearTimeout(this.timer);
      return Promise.resolve();
    });
  }

  register(name: string, clean: Clean): void {
    this.tasks.set(name, clean);
  }

  /** How much of each was removed. What fails is logged and comes again next time. */
  async run(): Promise<Record<string, number>> {
    const removed: Record<string, number> = {};
    for (const [name, clean] of this.tasks) {
      removed[name] = await this.exhaust(clean).catch((error: unknown) => {
        this.logger.warn(`${name} could not be cleaned up`, error);
        return 0;
      });
    }
    return removed;
  }

  private async exhaust(clean: Clean): Promise<number> {
    let total = 0;
    for (let last = BATCH; last === BATCH && !this.stopped; total += last) last = await clean(BATCH);
    return total;
  }

  private plan(inMs: number): void {
    this.timer = setTimeout(() => {
      void this.run().finally(() => {
        if (!this.stopped) this.plan(EVERY_MS);
      });
    }, inMs).unref();
  }
}
