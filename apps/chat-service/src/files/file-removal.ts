import { Inject, Injectable } from '@nestjs/common';
import { FileRepository, type StoredFile } from './file.repository';
import type { PresignedUpload } from './presigned-upload.repository';
import { FILE_STORAGE, type FileStorage } from './storage/file-storage';
import { UsageRepository, type Share } from './usage.repository';

export const thumbnailKey = (id: string) => `${id}-thumbnail`;

/** Where an upload into the bucket lies until it is taken in. */
export const incomingKey = (uploadId: string) => `incoming/${uploadId}`;

/** All bytes that are stored for a file. */
export const shareOf = ({ _id, size, image }: Pick<StoredFile, '_id' | 'size' | 'image'>): Share => ({
  id: _id,
  bytes: size + (image?.thumbnail_size ?? 0),
});

/** Takes away what a removed file has left. Each step may be done again. */
@Injectable()
export class FileRemoval {
  constructor(
    private readonly files: FileRepository,
    private readonly usage: UsageRepository,
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
  ) {}

  async finish(file: StoredFile): Promise<void> {
    await this.removeBytes(file._id);
    await this.usage.free(file.owner_id, shareOf(file));
    await this.files.forget(file._id);
    await this.usage.forgotten(file.owner_id, file._id);
  }

  /** What was put into the bucket for an upload, and the room that was taken for it and has not passed to a file. */
  async removeIncoming({ _id, owner_id, size }: PresignedUpload): Promise<void> {
    await this.storage.remove(incomingKey(_id));
    await this.usage.giveBack(owner_id, { id: _id, bytes: size });
  }

  async removeBytes(id: string): Promise<void> {
    await this.storage.remove(id);
    await this.storage.remove(thumbnailKey(id));
  }
}
