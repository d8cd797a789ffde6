import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { AppError, badRequest, type FileDto, type FilePurpose } from '@app/contracts';
import { Logger, type IncomingFile, type Uploads } from '@app/platform';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { DepartedUsers } from '../departures/departed-users';
import { typeOf } from './content/detection';
import { cleanName } from './content/file-name';
import type { FileType } from './content/file-types';
import { Images } from './content/images';
import { infected, VirusScan } from './content/virus-scan';
import { FileRemoval, shareOf, thumbnailKey } from './file-removal';
import { FileUrls } from './file-urls';
import { FileRepository, type StoredFile } from './file.repository';
import { FILE_STORAGE, type FileStorage } from './storage/file-storage';
import { Staging } from './storage/staging';
import { UsageRepository } from './usage.repository';

const MINUTE_MS = 60_000;

/** A file that came in whole. */
interface Received {
  name: string;
  path: string;
  size: number;
}

/** A file as it will be kept, and where its parts are until then. */
interface Prepared {
  file: StoredFile;
  path: string;
  thumbnail?: string;
}

/** Takes files in: all of a request or none, and what is not kept leaves nothing. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly staging: Staging,
    private readonly images: Images,
    private readonly scan: VirusScan,
    private readonly files: FileRepository,
    private readonly usage: UsageRepository,
    private readonly removal: FileRemoval,
    private readonly urls: FileUrls,
    private readonly departed: DepartedUsers,
    private readonly config: ChatConfig,
    private readonly logger: Logger,
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
  ) {}

  async receiveOne(...request: Parameters<UploadsService['receive']>): Promise<FileDto> {
    const [file] = await this.receive(...request);
    if (!file) throw badRequest('file', 'must be a file with a name');
    return file;
  }

  async receive(
    { userId }: Pick<Caller, 'userId'>,
    uploads: Uploads,
    purpose: FilePurpose = 'attachment',
  ): Promise<FileDto[]> {
    const { MAX_FILE_SIZE, UPLOAD_IDLE_MS, FILE_QUOTA_COUNT, FILE_QUOTA_BYTES } = this.config;
    const fileBytes = Math.max(MAX_FILE_SIZE, this.mostOf('image'), this.mostOf('video'));
    // Before a byte of it is read, as far as that can be said by then.
    const { bytes, count } = await this.usage.of(userId);
    if (bytes >= FILE_QUOTA_BYTES || count >= FILE_QUOTA_COUNT) throw this.full();
    await this.staging.assertRoom(uploads.announced);
    const received = await uploads.receive(
      (file) => this.write(file, fileBytes),
      ({ path }) => this.staging.drop(path),
      { fileBytes, idleMs: UPLOAD_IDLE_MS },
    );
    const places = received.map(({ path }) => path);
    try {
      const prepared: Prepared[] = [];
      for (const file of received) prepared.push(await this.prepare(userId, file, purpose, places));
      await this.keep(userId, prepared);
      return prepared.map(({ file }) => this.urls.describe(file));
    } finally {
      await Promise.all(places.map((place) => this.staging.drop(place)));
    }
  }

  private async write({ name, content }: IncomingFile, most: number): Promise<Received> {
    return { name, ...(await this.staging.write(content, most, () => tooLarge(most))) };
  }

  /** `places`: where to note what must not remain. */
  private async prepare(
    userId: number,
    { name, path, size }: Received,
    purpose: FilePurpose,
    places: string[],
  ): Promise<Prepared> {
    const type = size > 0 ? await typeOf(path, name) : undefined;
    if (!type)
      throw new AppError(
        'UNSUPPORTED_MEDIA_TYPE',
        `${JSON.stringify(name.slice(0, 100))} is no file of a kind that is accepted`,
      );
    if (size > this.mostOf(type.kind)) throw tooLarge(this.mostOf(type.kind));
    if (purpose === 'avatar' && type.kind !== 'image') throw badRequest('purpose', 'avatar is for images');
    const file: StoredFile = {
      _id: randomBytes(12).toString('hex'),
      owner_id: userId,
      purpose,
      name: cleanName(name, type),
      mime: type.mime,
      size,
      created_at: new Date(),
      check_at: new Date(Date.now() + this.config.FILE_ORPHAN_MINUTES * MINUTE_MS),
    };
    await this.assertHarmless(file, path);
    if (type.kind !== 'image') return { file, path };
    const [made, thumbnail] = [this.staging.place(), this.staging.place()];
    places.push(made, thumbnail);
    const image = await this.images.rework(path, type.mime, made, thumbnail);
    const [{ size: madeSize }, { size: thumbnailSize }] = await Promise.all([stat(made), stat(thumbnail)]);
    return {
      file: { ...file, size: madeSize, image: { ...image, thumbnail_size: thumbnailSize } },
      path: made,
      thumbnail,
    };
  }

  private async assertHarmless({ _id, owner_id }: StoredFile, path: string): Promise<void> {
    const found = await this.scan.findIn(path);
    if (found === undefined) return;
    this.logger.warn('a harmful file was refused', { userId: owner_id, found, file: _id });
    await this.staging.quarantine(path, _id);
    throw infected();
  }

  private async keep(userId: number, prepared: Prepared[]): Promise<void> {
    const shares = prepared.map(({ file }) => shareOf(file));
    const { FILE_QUOTA_BYTES, FILE_QUOTA_COUNT } = this.config;
    const most = { bytes: FILE_QUOTA_BYTES, count: FILE_QUOTA_COUNT };
    if (!(await this.usage.take(userId, shares, most))) throw this.full();
    try {
      for (const { file, path, thumbnail } of prepared) {
        await this.storage.put(file._id, path);
        if (thumbnail !== undefined) await this.storage.put(thumbnailKey(file._id), thumbnail);
      }
      if (this.departed.has(userId)) throw new AppError('AUTH_INVALID', 'the account has been deleted');
      await this.files.add(prepared.map(({ file }) => file));
    } catch (error) {
      await this.giveUp(userId, prepared);
      throw error;
    }
    await this.usage.settle(
      userId,
      shares.map(({ id }) => id),
    );
  }

  /** What cannot be undone now, the collector finds by the open shares. */
  private async giveUp(userId: number, prepared: Prepared[]): Promise<void> {
    for (const { file } of prepared) {
      try {
        // Of a write whose outcome is unknown, the file may be there.
        await this.files.forget(file._id);
        await this.removal.removeBytes(file._id);
        await this.usage.giveBack(userId, shareOf(file));
      } catch {
        return;
      }
    }
  }

  private mostOf(kind: FileType['kind']): number {
    const { MAX_FILE_SIZE, MAX_IMAGE_SIZE, MAX_VIDEO_SIZE } = this.config;
    if (kind === 'image') return MAX_IMAGE_SIZE || MAX_FILE_SIZE;
    return (kind === 'video' && MAX_VIDEO_SIZE) || MAX_FILE_SIZE;
  }

  private full(): AppError {
    const { FILE_QUOTA_BYTES: bytes, FILE_QUOTA_COUNT: count } = this.config;
    return new AppError(
      'CONFLICT',
      `your files fill the ${bytes} bytes or ${count} files that you may have; delete some first`,
    );
  }
}

const tooLarge = (most: number) => new AppError('PAYLOAD_TOO_LARGE', `the file has more than ${most} bytes`);
