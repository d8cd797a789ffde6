import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LeasedWork } from '../leases/leased-work';
import { MessageReader } from '../log/message-reader';
import { MessageDeletionService } from '../messages/message-deletion.service';

const EVERY_MS = 1_000;
const BATCH = 200;

/** Empties messages whose time is over. Until it comes to one, whoever reads it finds it deleted already. */
@Injectable()
export class Expiry implements OnApplicationBootstrap {
  constructor(
    private readonly messages: MessageReader,
    private readonly deletion: MessageDeletionService,
    private readonly chores: LeasedWork,
  ) {}

  onApplicationBootstrap(): void {
    this.chores.begin({ name: 'disappearing messages', everyMs: EVERY_MS, work: () => this.expire() });
  }

  private async expire(): Promise<boolean> {
    const over = await this.messages.listExpired(BATCH);
    await Promise.all(over.map((message) => this.deletion.expire(message)));
    return over.length === BATCH;
  }
}
