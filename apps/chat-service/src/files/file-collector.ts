import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ChatConfig } from '../config';
import { LeasedWork } from '../leases/leased-work';
import { MessageReader } from '../log/message-reader';
import { FileRemoval } from './file-removal';
import { FileRepository, type StoredFile } from './file.repository';
import { UsageRepository } from './usage.repository';

const EVERY_MS = 1_000;
const BATCH = 50;
/** Whoever was asked to remove a file is done by then, or will not be. */
const SLOW_MS = 10_000;

/** Removes files that nobody uses, and finishes what a process has left that died. */
@Injectable()
export class FileCollector implements OnApplicationBootstrap {
  /** An upload cannot be on its way for longer. */
  private readonly longestMs: number;

  constructor(
    private readonly files: FileRepository,
    private readonly usage: UsageRepository,
    private readonly removal: FileRemoval,
    private readonly messages: MessageReader,
    private readonly chores: LeasedWork,
    config: ChatConfig,
  ) {
    this.longestMs = 2 * config.REQUEST_TIMEOUT;
  }

  onApplicationBootstrap(): void {
    this.chores.begin({ name: 'files', everyMs: EVERY_MS, work: () => this.collect() });
  }

  private async collect(): Promise<boolean> {
    const [due, removed, open] = await Promise.all([
      this.files.listToCheck(BATCH),
      this.files.listRemovedBefore(new Date(Date.now() - SLOW_MS), BATCH),
      this.usage.listOpenSince(new Date(Date.now() - this.longestMs), BATCH),
    ]);
    for (const file of due) await this.check(file);
    for (const file of removed) await this.removal.finish(file);
    for (const { userId, id, bytes } of open) {
      if (await this.files.exists(id)) await this.usage.settle(userId, [id]);
      else {
        await this.removal.removeBytes(id);
        await this.usage.giveBack(userId, { id, bytes });
      }
    }
    return [due, removed, open].some(({ length }) => length === BATCH);
  }

  private async check(file: StoredFile): Promise<void> {
    const isUsed = file.purpose === 'avatar' || (await this.messages.listPlacesOf(file._id)).length > 0;
    if (isUsed) await this.files.settle(file);
    else if (await this.files.removeUnused(file)) await this.removal.finish(file);
  }
}
