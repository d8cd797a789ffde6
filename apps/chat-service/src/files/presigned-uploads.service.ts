import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  notFound,
  unavailable,
  type ErrorCode,
  type FileDto,
  type PresignedUploadDto,
  type PresignUploadDto,
} from '@app/contracts';
import { Logger } from '@app/platform';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { FileIntake, type ReceivedFile } from './file-intake';
import { FileLimits } from './file-limits';
import { measured } from './file-metrics';
import { FileRemoval, incomingKey } from './file-removal';
import { FileUrls } from './file-urls';
import { FileRepository } from './file.repository';
import { PresignedUploadRepository, type PresignedUpload } from './presigned-upload.repository';
import { FILE_STORAGE, type FileStorage } from './storage/file-storage';
import { Staging } from './storage/staging';
import { UsageRepository, type Share } from './usage.repository';

type Uploader = Pick<Caller, 'userId'>;

/** What was put there is what it is: nothing comes of asking again. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['BAD_REQUEST', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE']);
const AGAIN_MS = 1_000;

/**
 * Uploads straight into the bucket. The bytes are fetched from there to be looked at like all others; what is kept is what was
 * looked at, whatever is put there meanwhile or later.
 */
@Injectable()
export class PresignedUploadsService {
  /** What is being taken in by this instance, for who asks twice. */
  private readonly underway = new Map<string, Promise<FileDto>>();

  constructor(
    private readonly uploads: PresignedUploadRepository,
    private readonly files: FileRepository,
    private readonly usage: UsageRepository,
    private readonly limits: FileLimits,
    private readonly staging: Staging,
    private readonly intake: FileIntake,
    private readonly removal: FileRemoval,
    private readonly urls: FileUrls,
    private readonly config: ChatConfig,
    private readonly logger: Logger,
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
  ) {}

  async begin(
    { userId }: Uploader,
    { name, size, purpose = 'attachment' }: PresignUploadDto,
  ): Promise<PresignedUploadDto> {
    const { S3_UPLOAD_SECONDS: seconds, MAX_PRESIGNED_UPLOADS: most } = this.config;
    const _id = randomBytes(12).toString('hex');
    const expires = Date.now() + seconds * 1_000;
    const address = seconds > 0 && (await this.storage.addressToPut(incomingKey(_id), size, seconds));
    if (!address)
      throw new AppError('NOTFOUND', 'uploads into a bucket are not offered here; use POST /upload/single');
    this.limits.assertSize(size);
    const share = { id: _id, bytes: size };
    // Open until the last moment at which something can be put there, and as long as any upload from then on.
    if (!(await this.usage.take(userId, [share], this.limits.room, new Date(expires))))
      throw this.limits.full();
    try {
      const over_at = new Date(expires + this.limits.longestMs);
      const free = await this.uploads.add({ _id, owner_id: userId, purpose, name, size, over_at }, most);
      if (free) throw tooMany(most, free);
    } catch (error) {
      // What this does not give back, the collector does.
      await this.usage.giveBack(userId, share).catch(() => undefined);
      throw error;
    }
    return { _id, method: 'PUT', ...address, expires_at: new Date(expires).toISOString() };
  }

  /** The file that has come of it, however often it is asked for. NOTFOUND for an upload that is another's, or over. */
  async complete({ userId }: Uploader, uploadId: string): Promise<FileDto> {
    const id = uploadId.toLowerCase();
    const made = await this.madeOf(userId, id);
    if (made) return made;
    const upload = await this.uploads.findOf(userId, id);
    if (!upload) throw notFound('upload');
    let taking = this.underway.get(id);
    if (!taking) {
      taking = measured('bucket', () => this.takeIn(upload)).finally(() => this.underway.delete(id));
      this.underway.set(id, taking);
    }
    return taking;
  }

  private async madeOf(userId: number, uploadId: string): Promise<FileDto | undefined> {
    const file = await this.files.findByUpload(uploadId);
    return file?.owner_id === userId ? this.urls.describe(file) : undefined;
  }

  private async takeIn(upload: PresignedUpload): Promise<FileDto> {
    const { _id: uploadId, owner_id: userId, purpose } = upload;
    try {
      const received = await this.fetch(upload);
      const takeRoom = ([share]: Share[]) => this.passRoom(upload, share);
      const [file] = await this.intake.accept({ userId, purpose, uploadId, takeRoom }, [received]);
      if (!file) throw new Error('one file was to be taken in');
      await this.end(upload);
      return file;
    } catch (error) {
      // Another instance was at it as well, and faster: of an upload comes one file.
      const made = await this.madeOf(userId, uploadId);
      if (made) return made;
      if (error instanceof AppError && FINAL.has(error.code)) await this.end(upload);
      throw error;
    }
  }

  private async fetch({ _id, name, size }: PresignedUpload): Promise<ReceivedFile> {
    await this.staging.assertRoom(size);
    // One byte more than there may be tells that there are more.
    const bytes = await this.storage
      .read(incomingKey(_id), { start: 0, end: size })
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'NOTFOUND')
          throw new AppError('CONFLICT', 'nothing has been put at the address of this upload yet');
        throw error;
      });
    const content = bytes instanceof Readable ? bytes : Readable.from(bytes);
    const idle = setTimeout(
      () => content.destroy(unavailable('the store of files')),
      this.config.UPLOAD_IDLE_MS,
    );
    content.on('data', () => idle.refresh());
    try {
      const received = await this.staging.write(content, size, () => wrongSize(size));
      if (received.size === size) return { name, ...received };
      await this.staging.drop(received.path);
      throw wrongSize(size);
    } catch (error) {
      if (error instanceof AppError) throw error;
      this.logger.warn('an upload could not be fetched from the bucket', { err: error });
      throw unavailable('the store of files');
    } finally {
      clearTimeout(idle);
    }
  }

  /** The room that was taken when the upload began passes to what has come of it. */
  private async passRoom({ _id, owner_id }: PresignedUpload, share?: Share): Promise<void> {
    if (!share) return;
    const room = this.limits.room;
    const passed = await this.usage.pass(owner_id, _id, share, room);
    if (passed === 'full') throw this.limits.full();
    // Somebody had it who died with it, or who is at it right now: which of the files stays, their index decides.
    if (passed === 'none' && !(await this.usage.take(owner_id, [share], room)))
      throw new AppError('UNAVAILABLE', 'the upload is being taken in; ask again', undefined, AGAIN_MS);
  }

  /** What fails here, the collector does when the address is no good any more. */
  private async end(upload: PresignedUpload): Promise<void> {
    try {
      await this.uploads.end(upload._id);
      await this.removal.removeIncoming(upload);
    } catch (error) {
      this.logger.warn('what was put into the bucket is removed later', { err: error });
    }
  }
}

const wrongSize = (size: number) =>
  badRequest('size', `must be that of the file: ${size} bytes were announced`);

const tooMany = (most: number, free: Date) =>
  new AppError(
    'RATE_LIMITED',
    `you have begun ${most} uploads into the bucket, and their addresses can still be used; use POST /upload/single, or wait`,
    undefined,
    Math.max(AGAIN_MS, free.getTime() - Date.now()),
  );
