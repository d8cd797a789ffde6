import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { listDeletedUsers, type Success, type UserDeletedDto } from '@app/contracts';
import { AccessTokens, Logger, PROCESS_INFO, ServiceClient, Shutdown, type ProcessInfo } from '@app/platform';

const DEADLINE_MS = 5_000;
const AGAIN_MS = 10_000;
const NOW_AND_THEN_MS = 3_600_000;
/** A deletion may be finished here long after a later one. */
const OVERLAP_MS = 7 * 86_400_000;

/** A service that removes what it holds of users who have deleted their accounts. */
export interface DepartureKeeper {
  /** When the latest of those was deleted that are finished here. */
  latestFinished(): Promise<Date | null>;
  /** Those of the users whose departure is not finished here. */
  unfinished(userIds: number[]): Promise<number[]>;
  depart(departure: UserDeletedDto): Promise<void>;
}

type Answer = Pick<Success<UserDeletedDto[]>, 'data' | 'page'>;

/**
 * `user.deleted` is durable as soon as a queue has it, but a queue may come too late (a service that is new) and a broker can be
 * lost. The user service's own list cannot: it is asked at the start and now and then.
 */
@Injectable()
export class MissedDepartures {
  private readonly logger: Logger;
  private readonly stopped = new AbortController();

  constructor(
    private readonly tokens: AccessTokens,
    @Inject(PROCESS_INFO) private readonly info: ProcessInfo,
    logger: Logger,
    shutdown: Shutdown,
  ) {
    this.logger = logger.child({ context: 'MissedDepartures' });
    shutdown.register('stop-accepting', 'missed departures', () => {
      this.stopped.abort();
      return Promise.resolve();
    });
  }

  /** To be called when everything is there that the keeper needs. `urls`: the instances of the user service. */
  watch(keeper: DepartureKeeper, urls: readonly string[]): void {
    const target = { caller: this.info.service, target: 'user-service', urls, deadlineMs: DEADLINE_MS };
    void this.run(keeper, new ServiceClient(this.tokens, target));
  }

  private async run(keeper: DepartureKeeper, client: ServiceClient): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const pause = await this.catchUp(keeper, client).then(
        () => NOW_AND_THEN_MS,
        (error: unknown) => {
          const reason = error instanceof Error ? error.message : 'unknown';
          this.logger.debug('who has left is asked for again', { reason });
          return AGAIN_MS;
        },
      );
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async catchUp(keeper: DepartureKeeper, client: ServiceClient): Promise<void> {
    const latest = await keeper.latestFinished();
    const since = latest && new Date(latest.getTime() - OVERLAP_MS).toISOString();
    let cursor: string | undefined;
    do {
      const body = { ...(since !== null && { since }), ...(cursor !== undefined && { cursor }) };
      const { data, page }: Answer = await client.ask(listDeletedUsers, { body, idempotent: true });
      const open = new Set(await keeper.unfinished(data.map(({ userId }) => userId)));
      for (const departure of data.filter(({ userId }) => open.has(userId))) await keeper.depart(departure);
      cursor = page?.next ?? undefined;
    } while (cursor !== undefined && !this.stopped.signal.aborted);
  }
}
