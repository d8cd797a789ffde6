import { Injectable } from '@nestjs/common';
import { badRequest, type FileDto, type FilePurpose } from '@app/contracts';
import type { IncomingFile, Uploads } from '@app/platform';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { FileIntake, type ReceivedFile } from './file-intake';
import { FileLimits, tooLarge } from './file-limits';
import { measured } from './file-metrics';
import { Staging } from './storage/staging';
import { UsageRepository } from './usage.repository';

/** Takes files in that come in a form. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly staging: Staging,
    private readonly intake: FileIntake,
    private readonly limits: FileLimits,
    private readonly usage: UsageRepository,
    private readonly config: ChatConfig,
  ) {}

  async receiveOne(...request: Parameters<UploadsService['receive']>): Promise<FileDto> {
    const [file] = await this.receive(...request);
    if (!file) throw badRequest('file', 'must be a file with a name');
    return file;
  }

  receive(
    { userId }: Pick<Caller, 'userId'>,
    uploads: Uploads,
    purpose: FilePurpose = 'attachment',
  ): Promise<FileDto[]> {
    return measured('form', async () => {
      const { most, room } = this.limits;
      // Before a byte of it is read, as far as that can be said by then.
      const { bytes, count } = await this.usage.of(userId);
      if (bytes >= room.bytes || count >= room.count) throw this.limits.full();
      await this.staging.assertRoom(uploads.announced);
      const received = await uploads.receive(
        (file) => this.write(file, most),
        ({ path }) => this.staging.drop(path),
        { fileBytes: most, idleMs: this.config.UPLOAD_IDLE_MS },
      );
      return this.intake.accept({ userId, purpose }, received);
    });
  }

  private async write({ name, content }: IncomingFile, most: number): Promise<ReceivedFile> {
    return { name, ...(await this.staging.write(content, most, () => tooLarge(most))) };
  }
}
