import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { AppError, badRequest, type FileDto, type FilePurpose } from '@app/contracts';
import { Logger } from '@app/platform';
import { ChatConfig } from '../config';
import { DepartedUsers } from '../departures/departed-users';
import { typeOf } from './content/detection';
import { cleanName } from './content/file-name';
import { Images } from './content/images';
import { infected, VirusScan } from './content/virus-scan';
import { FileLimits } from './file-limits';
import { storedBytes } from './file-metrics';
import { FileRemoval, shareOf, thumbnailKey } from './file-removal';
import { FileUrls } from './file-urls';
import { FileRepository, type StoredFile } from './file.repository';
import { FILE_STORAGE, type FileStorage } from './storage/file-storage';
import { Staging } from './storage/staging';
import { UsageRepository, type Share } from './usage.repository';

const MINUTE_MS = 60_000;

/** A file that came in whole, and lies in the staging folder. */
export interface ReceivedFile {
  name: string;
  path: string;
  size: number;
}

/** What is to be known of files beside their content. */
interface Origin {
  userId: number;
  purpose: FilePurpose;
  /** The upload into the bucket that it came by. */
  uploadId?: string;
  /** Takes the room, or throws; without it, room is taken as there is. */
  takeRoom?: (shares: Share[]) => Promise<void>;
}

/** A file as it will be kept, and where its parts are until then. */
interface Prepared {
  file: StoredFile;
  path: string;
  thumbnail?: string;
}

/** Looks at what has come in, and keeps it: all of a request or none, and what is not kept leaves nothing. */
@Injectable()
export class FileIntake {
  constructor(
    private readonly staging: Staging,
    private readonly images: Images,
    private readonly scan: VirusScan,
    private readonly files: FileRepository,
    private readonly usage: UsageRepository,
    private readonly limits: FileLimits,
    private readonly removal: FileRemoval,
    private readonly urls: FileUrls,
    private readonly departed: DepartedUsers,
    private readonly config: ChatConfig,
    private readonly logger: Logger,
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
  ) {}

  /** Whatever becomes of them, nothing of them stays in the staging folder. */
  async accept(origin: Origin, received: readonly ReceivedFile[]): Promise<FileDto[]> {
    const places = received.map(({ path }) => path);
    try {
      const prepared: Prepared[] = [];
      for (const file of received) prepared.push(await this.prepare(origin, file, places));
      await this.keep(origin, prepared);
      return prepared.map(({ file }) => this.urls.describe(file));
    } finally {
      await Promise.all(places.map((place) => this.staging.drop(place)));
    }
  }

  /** `places`: where to note what must not remain. */
  private async prepare(
    { userId, purpose, uploadId }: Origin,
    { name, path, size }: ReceivedFile,
    places: string[],
  ): Promise<Prepared> {
    const type = size > 0 ? await typeOf(path, name) : undefined;
    if (!type)
      throw new AppError(
        'UNSUPPORTED_MEDIA_TYPE',
        `${JSON.stringify(name.slice(0, 100))} is no file of a kind that is accepted`,
      );
    this.limits.assertSize(size, type.kind);
    if (purpose === 'avatar' && type.kind !== 'image') throw badRequest('purpose', 'avatar is for images');
    const file: StoredFile = {
      _id: randomBytes(12).toString('hex'),
      owner_id: userId,
      purpose,
      name: cleanName(name, type),
      mime: type.mime,
      size,
      ...(uploadId !== undefined && { upload_id: uploadId }),
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

  private async keep({ userId, takeRoom }: Origin, prepared: Prepared[]): Promise<void> {
    const shares = prepared.map(({ file }) => shareOf(file));
    if (takeRoom) await takeRoom(shares);
    else if (!(await this.usage.take(userId, shares, this.limits.room))) throw this.limits.full();
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
    storedBytes.inc(shares.reduce((sum, { bytes }) => sum + bytes, 0));
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
}
