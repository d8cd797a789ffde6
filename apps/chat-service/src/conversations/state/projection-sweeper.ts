import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { PROJECTION } from '../../log/message-indexes';
import { OutboxEntries } from '../../log/outbox-entries';
import { ConversationStates } from './conversation-states';

const EVERY_MS = 2_000;
/** Who wrote the change is given this long to project it. */
const OLDER_THAN_MS = 3_000;
const BATCH = 100;

/** Finishes what a writer left that died between the log and its projections. Any instance does it, with or without a broker. */
@Injectable()
export class ProjectionSweeper implements OnApplicationBootstrap {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly states: ConversationStates,
    private readonly outbox: OutboxEntries,
    private readonly logger: Logger,
    shutdown: Shutdown,
  ) {
    shutdown.register('finish-work', 'projection sweeper', async () => {
      clearInterval(this.timer);
      await this.sweeping;
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep().finally(() => (this.sweeping = undefined));
    }, EVERY_MS).unref();
  }

  private async sweep(): Promise<void> {
    try {
      for (const message of await this.outbox.listPendingOf(PROJECTION, OLDER_THAN_MS, BATCH))
        await this.states.projectAgain(message);
    } catch (error) {
      this.logger.warn('changed conversations are projected later', { err: error });
    }
  }
}
