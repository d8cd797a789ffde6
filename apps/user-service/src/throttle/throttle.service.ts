import { createHmac } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { addressBucket, Logger, Shutdown } from '@app/platform';
import { UserConfig } from '../config';
import type { Transaction } from '../outbox/outbox';
import { ThrottleRepository, type Allowance } from './throttle.repository';

/** What is counted, each on its own. */
export type Budget = keyof UserConfig['tries'];

const CLEAN_EVERY_MS = 60_000;
const DAY_SECONDS = 86_400;

/** Tries that may be made in a while, counted in the database: for all instances, and over restarts. */
@Injectable()
export class ThrottleService implements OnApplicationBootstrap {
  private readonly logger: Logger;

  constructor(
    private readonly config: UserConfig,
    private readonly spent: ThrottleRepository,
    private readonly shutdown: Shutdown,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'Throttle' });
  }

  onApplicationBootstrap(): void {
    void this.clean();
    const cleaning = setInterval(() => void this.clean(), CLEAN_EVERY_MS).unref();
    this.shutdown.register('stop-accepting', 'throttle', () => {
      clearInterval(cleaning);
      return Promise.resolve();
    });
  }

  /** Takes one try, `within` a transaction only if that is committed. Throws RATE_LIMITED, saying how long to wait. */
  async spend(budget: Budget, subject: string, within?: Transaction): Promise<void> {
    const waitMs = await this.take(budget, subject, within);
    if (waitMs === null) return;
    const seconds = Math.ceil(waitMs / 1_000);
    throw new AppError('RATE_LIMITED', `too many tries; wait ${seconds} s`, undefined, waitMs);
  }

  /** Takes one try, if there is one. */
  async allows(budget: Budget, subject: string): Promise<boolean> {
    return (await this.take(budget, subject)) === null;
  }

  /** The try is not to count after all. */
  giveBack(budget: Budget, subject: string): Promise<void> {
    return this.spent.giveBack(this.keyOf(budget, subject), this.allowance(budget));
  }

  /** All tries are there again. */
  reset(budget: Budget, subject: string): Promise<void> {
    return this.spent.reset(this.keyOf(budget, subject));
  }

  private async clean(): Promise<void> {
    try {
      await this.spent.removeOld();
    } catch (error) {
      this.logger.debug('old rows could not be removed, next time then', { error });
    }
  }

  private take(budget: Budget, subject: string, within?: Transaction): Promise<number | null> {
    return this.spent.take(this.keyOf(budget, subject), this.allowance(budget), within);
  }

  private allowance(budget: Budget): Allowance {
    const { tries, THROTTLE_WINDOW } = this.config;
    const windowSeconds = budget === 'contact-request' ? DAY_SECONDS : THROTTLE_WINDOW;
    return { tries: tries[budget], windowSeconds };
  }

  /** Keyed: the table tells nobody which names and addresses have been tried. */
  private keyOf(budget: Budget, subject: string): Buffer {
    const who = budget.endsWith('-address') ? addressBucket(subject) : subject;
    return createHmac('sha256', this.config.JWT_REFRESH_SECRET).update(`throttle:${budget}:${who}`).digest();
  }
}
