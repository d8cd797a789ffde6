import { Injectable } from '@nestjs/common';
import { AppError, type FileKind } from '@app/contracts';
import { ChatConfig } from '../config';
import type { Usage } from './usage.repository';

/** How large files may be, and how much of them one user may have. */
@Injectable()
export class FileLimits {
  constructor(private readonly config: ChatConfig) {}

  /** Bytes of a file of whose kind nothing is known yet. */
  get most(): number {
    return Math.max(this.mostOf('file'), this.mostOf('image'), this.mostOf('video'));
  }

  get room(): Usage {
    return { bytes: this.config.FILE_QUOTA_BYTES, count: this.config.FILE_QUOTA_COUNT };
  }

  /** An upload cannot be on its way for longer. */
  get longestMs(): number {
    return 2 * this.config.REQUEST_TIMEOUT;
  }

  /** Throws PAYLOAD_TOO_LARGE. */
  assertSize(size: number, kind?: FileKind): void {
    const most = kind ? this.mostOf(kind) : this.most;
    if (size > most) throw tooLarge(most);
  }

  full(): AppError {
    const { bytes, count } = this.room;
    return new AppError(
      'CONFLICT',
      `your files fill the ${bytes} bytes or ${count} files that you may have; delete some first`,
    );
  }

  private mostOf(kind: FileKind): number {
    const { MAX_FILE_SIZE, MAX_IMAGE_SIZE, MAX_VIDEO_SIZE } = this.config;
    if (kind === 'image') return MAX_IMAGE_SIZE || MAX_FILE_SIZE;
    return (kind === 'video' && MAX_VIDEO_SIZE) || MAX_FILE_SIZE;
  }
}

export const tooLarge = (most: number) =>
  new AppError('PAYLOAD_TOO_LARGE', `the file has more than ${most} bytes`);
