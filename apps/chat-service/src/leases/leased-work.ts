import { Injectable } from '@nestjs/common';
import { Logger, PROCESS_INFO, Shutdown, type ProcessInfo } from '@app/platform';
import { Inject } from '@nestjs/common';
import { LeaseRepository } from './lease.repository';

const LEASE_MS = 10_000;

/** Some work that is looked for again and again, and done by one instance. True: there is more to do right now. */
export interface Chore {
  name: string;
  everyMs: number;
  work: () => Promise<boolean>;
}

/** Does chores from the start of the process to its shutdown. */
@Injectable()
export class LeasedWork {
  constructor(
    private readonly leases: LeaseRepository,
    private readonly logger: Logger,
    private readonly shutdown: Shutdown,
    @Inject(PROCESS_INFO) private readonly info: ProcessInfo,
  ) {}

  /** Says each time whether this instance is the one to do the work for so long; whoever asks again in time keeps it. */
  turns(name: string, forMs: number): () => Promise<boolean> {
    const holder = this.newHolder();
    return () => this.leases.hold(name, holder, forMs);
  }

  begin(chore: Chore): void {
    const holder = this.newHolder();
    let doing: Promise<void> | undefined;
    const timer = setInterval(() => {
      doing ??= this.turn(chore, holder).finally(() => (doing = undefined));
    }, chore.everyMs).unref();
    this.shutdown.register('finish-work', chore.name, async () => {
      clearInterval(timer);
      await doing;
      await this.leases.release(chore.name, holder).catch(() => undefined);
    });
  }

  /** A process that starts anew under the same name is another holder: the old one may still be at it. */
  private newHolder(): string {
    return `${this.info.instance}.${process.pid}.${performance.timeOrigin}.${Math.random()}`;
  }

  private async turn({ name, work }: Chore, holder: string): Promise<void> {
    try {
      while ((await this.leases.hold(name, holder, LEASE_MS)) && (await work()));
    } catch (error) {
      this.logger.warn('tried again later', { chore: name, err: error });
    }
  }
}
