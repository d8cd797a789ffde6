import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AppError, notFound, unavailable } from '@app/contracts';
import type { ChatConfig } from '../../config';
import type { FileStorage, PutAddress, Shown } from './file-storage';

const CONNECT_MS = 3_000;
const ANSWER_MS = 15_000;

/** Files as objects of one bucket. */
export class S3Storage implements FileStorage {
  private readonly client: S3Client;
  /** Of the checksum of a body it knows only that there is none yet, and would sign that one. */
  private readonly signer: S3Client;
  private readonly bucket: string;
  private readonly redirectSeconds: number;

  constructor(config: ChatConfig) {
    this.client = new S3Client(settingsOf(config));
    this.signer = new S3Client({ ...settingsOf(config), requestChecksumCalculation: 'WHEN_REQUIRED' });
    this.bucket = config.S3_BUCKET;
    this.redirectSeconds = config.S3_REDIRECT_SECONDS;
  }

  async put(key: string, path: string): Promise<void> {
    const Body = createReadStream(path);
    try {
      await new Upload({ client: this.client, params: { Bucket: this.bucket, Key: key, Body } }).done();
    } catch (error) {
      throw toAppError(error);
    } finally {
      Body.destroy();
    }
  }

  async read(
    key: string,
    { start, end }: { start: number; end: number },
  ): Promise<AsyncIterable<Uint8Array>> {
    const Range = `bytes=${start}-${end}`;
    const { Body } = await this.client
      .send(new GetObjectCommand({ Bucket: this.bucket, Key: key, Range }))
      .catch((error: unknown) => {
        throw toAppError(error);
      });
    if (!(Body instanceof Readable)) throw notFound('file');
    return Body;
  }

  async remove(key: string): Promise<void> {
    try {
      await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
    } catch (error) {
      throw toAppError(error);
    }
  }

  /** An address at the store itself, which serves it as we would. */
  addressOf(key: string, { type, disposition }: Shown): Promise<string> | undefined {
    if (this.redirectSeconds === 0) return undefined;
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: key,
      ResponseContentType: type,
      ResponseContentDisposition: disposition,
    });
    return getSignedUrl(this.client, command, { expiresIn: this.redirectSeconds });
  }

  /** The length is part of the signature: the store refuses another one. */
  async addressToPut(key: string, size: number, seconds: number): Promise<PutAddress> {
    const command = new PutObjectCommand({ Bucket: this.bucket, Key: key, ContentLength: size });
    const url = await getSignedUrl(this.signer, command, { expiresIn: seconds });
    return { url, headers: { 'content-length': String(size) } };
  }
}

const settingsOf = (config: ChatConfig): S3ClientConfig => ({
  region: config.S3_REGION,
  // Without keys of ours the SDK looks where it always does: environment, role of the machine.
  ...(config.S3_ACCESS_KEY_ID !== '' && {
    credentials: { accessKeyId: config.S3_ACCESS_KEY_ID, secretAccessKey: config.S3_SECRET_ACCESS_KEY },
  }),
  ...(config.S3_ENDPOINT !== '' && {
    endpoint: config.S3_ENDPOINT,
    forcePathStyle: true,
    // Not every store knows the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }),
  requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
  maxAttempts: 2,
});

/** Refusals by the store (a wrong key, no such bucket) are faults of ours; all else is a store that is away. */
function toAppError(error: unknown): unknown {
  // Of an object without bytes there is no part.
  const isEmpty = error instanceof S3ServiceException && error.name === 'InvalidRange';
  if (error instanceof NoSuchKey || isEmpty) return notFound('file');
  if (error instanceof AppError) return error;
  const isRefusal = error instanceof S3ServiceException && error.$fault === 'client';
  return isRefusal ? error : unavailable('the store of files');
}
