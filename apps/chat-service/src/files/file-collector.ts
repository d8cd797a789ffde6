import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LeasedWork } from '../leases/leased-work';
import { FileAccess } from './file-access';
import { FileLimits } from './file-limits';
import { collected } from './file-metrics';
import { FileRemoval } from './file-removal';
import { FileRepository, type StoredFile } from './file.repository';
import { PresignedUploadRepository } from './presigned-upload.repository';
import { UsageRepository } from './usage.repository';

const EVERY_MS = 1_000;
const BATCH = 50;
/** Whoever was asked to remove a file is done by then, or will not be. */
const SLOW_MS = 10_000;

/** Removes files that nobody uses, and finishes what a process has left that died, or a client that went away. */
@Injectable()
export class FileCollector implements OnApplicationBootstrap {
  constructor(
    private readonly files: FileRepository,
    private readonly usage: UsageRepository,
    private readonly uploads: PresignedUploadRepository,
    private readonly removal: FileRemoval,
    private readonly access: FileAccess,
    private readonly limits: FileLimits,
    private readonly chores: LeasedWork,
  ) {}

  onApplicationBootstrap(): void {
    this.chores.begin({ name: 'files', everyMs: EVERY_MS, work: () => this.collect() });
  }

  private async collect(): Promise<boolean> {
    const [due, removed, over] = await Promise.all([
      this.files.listToCheck(BATCH),
      this.files.listRemovedBefore(new Date(Date.now() - SLOW_MS), BATCH),
      this.uploads.listOver(BATCH),
    ]);
    for (const file of due) await this.check(file);
    for (const file of removed) {
      await this.removal.finish(file);
      collected.inc({ kind: 'removal' });
    }
    for (const upload of over) {
      await this.removal.removeIncoming(upload);
      await this.uploads.forget(upload._id);
      if (!upload.ended_at) collected.inc({ kind: 'unfinished' });
    }
    // Asked for when the uploads that are over have given theirs back.
    const open = await this.usage.listOpenSince(new Date(Date.now() - this.limits.longestMs), BATCH);
    for (const { userId, id, bytes } of open) {
      if (await this.files.exists(id)) await this.usage.settle(userId, [id]);
      else {
        await this.removal.removeBytes(id);
        await this.usage.giveBack(userId, { id, bytes });
        collected.inc({ kind: 'unfinished' });
      }
    }
    return [due, removed, over, open].some(({ length }) => length === BATCH);
  }

  private async check(file: StoredFile): Promise<void> {
    const isUsed = file.purpose === 'avatar' || (await this.access.isShown(file._id));
    if (isUsed) await this.files.settle(file);
    else if (await this.files.removeUnused(file)) {
      await this.removal.finish(file);
      collected.inc({ kind: 'unused' });
    }
  }
}
