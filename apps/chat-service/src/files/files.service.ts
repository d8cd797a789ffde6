import { Inject, Injectable } from '@nestjs/common';
import {
  AppError,
  notFound,
  type FileDto,
  type FileLinkDto,
  type FileLinkQueryDto,
  type ServedFile,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import { dispositionOf } from './content/file-name';
import { FILE_TYPES } from './content/file-types';
import { FileAccess } from './file-access';
import { FileLinks } from './file-links';
import { FileRemoval, thumbnailKey } from './file-removal';
import { FileUrls } from './file-urls';
import { FileRepository, type StoredFile } from './file.repository';
import { PresignedUploadRepository } from './presigned-upload.repository';
import { FILE_STORAGE, type FileStorage } from './storage/file-storage';
import { UsageRepository } from './usage.repository';

type Reader = Pick<Caller, 'userId'>;

@Injectable()
export class FilesService {
  constructor(
    private readonly files: FileRepository,
    private readonly access: FileAccess,
    private readonly links: FileLinks,
    private readonly urls: FileUrls,
    private readonly removal: FileRemoval,
    private readonly usage: UsageRepository,
    private readonly presigned: PresignedUploadRepository,
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
  ) {}

  async get({ userId }: Reader, id: string): Promise<ServedFile> {
    return this.serve(await this.access.getFor(userId, id));
  }

  async getThumbnail({ userId }: Reader, id: string): Promise<ServedFile> {
    return this.serveThumbnail(await this.access.getFor(userId, id));
  }

  /** To anybody. */
  async getAvatar(id: string): Promise<ServedFile> {
    const file = await this.files.find(id.toLowerCase());
    if (file?.purpose !== 'avatar') throw notFound('file');
    return this.serve(file);
  }

  async link({ userId }: Reader, id: string, thumbnail = false): Promise<FileLinkDto> {
    const file = await this.access.getFor(userId, id);
    if (thumbnail && !file.image) throw notFound('thumbnail');
    return this.links.make(userId, file._id, thumbnail);
  }

  async follow(id: string, link: FileLinkQueryDto): Promise<ServedFile> {
    this.links.assertValid(id, link);
    const file = await this.access.getFor(link.user, id);
    return link.thumbnail ? this.serveThumbnail(file) : this.serve(file);
  }

  /** NOTFOUND for what is none of ours, or not seen; nobody follows the address. */
  async delete({ userId }: Reader, fileUrl: string): Promise<void> {
    const id = this.urls.idIn(fileUrl);
    const file = id === undefined ? null : await this.files.find(id);
    if (!file) throw notFound('file');
    if (file.owner_id !== userId) {
      if (!(await this.access.maySee(userId, file))) throw notFound('file');
      throw new AppError('FORBIDDEN', 'only who has uploaded a file may remove it');
    }
    if (await this.files.remove(file._id)) await this.removal.finish(file);
  }

  /** All of one user, in the order of their ids, behind one of them. */
  async listOwn(userId: number, after: string | undefined, limit: number): Promise<FileDto[]> {
    return (await this.files.listOf(userId, after, limit)).map((file) => this.urls.describe(file));
  }

  /** The account is gone: so is what nobody else uses. */
  async removeAllOf(userId: number): Promise<void> {
    await this.presigned.abandonAllOf(userId);
    await this.files.abandonAllOf(userId);
    await this.usage.removeAllOf(userId);
  }

  private serve(file: StoredFile): ServedFile {
    const isInline = FILE_TYPES.get(file.mime)?.isInline ?? false;
    return this.serveAs(file._id, {
      type: file.mime,
      size: file.size,
      // What stands under an id never changes.
      etag: `"${file._id}"`,
      modifiedAt: file.created_at,
      disposition: dispositionOf(file.name, { isInline }),
      isPublic: file.purpose === 'avatar',
    });
  }

  private serveThumbnail(file: StoredFile): ServedFile {
    if (!file.image) throw notFound('thumbnail');
    const key = thumbnailKey(file._id);
    return this.serveAs(key, {
      ...this.serve(file),
      type: 'image/webp',
      size: file.image.thumbnail_size,
      etag: `"${key}"`,
      disposition: dispositionOf(`${file.name}.webp`, { isInline: true }),
    });
  }

  private serveAs(key: string, file: Omit<ServedFile, 'read' | 'elsewhere'>): ServedFile {
    return {
      ...file,
      read: (part) => this.storage.read(key, part),
      elsewhere: () => this.storage.addressOf(key, file),
    };
  }
}
