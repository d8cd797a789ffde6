import type { Readable } from 'node:stream';
import { AppError, badRequest, type Route } from '@app/contracts';
import type { Request, Response } from 'express';
import multer, { MulterError, type StorageEngine } from 'multer';
import { discardBody } from './discard-body';

/** Headers of a part, and text between the parts. */
const OVERHEAD = 4_096;

export interface IncomingFile {
  /** As it was sent: any text. */
  name: string;
  /** Ends with an error when the upload breaks off. */
  content: Readable;
}

interface UploadLimits {
  /** Bytes of one file. */
  fileBytes: number;
  /** A body that stands still for so long is given up. */
  idleMs: number;
}

/** The files of a multipart/form-data request, as they come in. */
export class Uploads {
  constructor(
    private readonly request: Request,
    private readonly wanted: Route['files'],
  ) {}

  /** What the request says of the length of its body. */
  get announced(): number {
    return Number(this.request.headers['content-length'] ?? 0);
  }

  /**
   * Gives each file to `take`, in their order, and what that made of them back. Throws what `take` throws, BAD_REQUEST,
   * PAYLOAD_TOO_LARGE or UNSUPPORTED_MEDIA_TYPE; by then no `take` is at work any more, and `drop` has been called with each
   * result, so that nothing remains.
   */
  async receive<T>(
    take: (file: IncomingFile) => Promise<T>,
    drop: (taken: T) => Promise<void>,
    { fileBytes, idleMs }: UploadLimits,
  ): Promise<T[]> {
    const { request, wanted } = this;
    if (!wanted) throw new Error('this route takes no files');
    if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? ''))
      throw this.refused(new AppError('UNSUPPORTED_MEDIA_TYPE', 'the body must be multipart/form-data'));
    const most = wanted.most * (fileBytes + OVERHEAD);
    const tooLarge = () =>
      new AppError(
        'PAYLOAD_TOO_LARGE',
        `${wanted.most === 1 ? 'a file' : `each of ${wanted.most} files`} may have at most ${fileBytes} bytes`,
      );
    if (this.announced > most) throw this.refused(tooLarge());

    const takes: Promise<T>[] = [];
    let open: Readable | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const watch = this.watch(most, idleMs, (error) => reject(error ?? tooLarge()));
        const end = (error?: Error) => {
          watch.stop();
          if (error) reject(error);
          else resolve();
        };
        const storage: StorageEngine = {
          _handleFile: (_request, { originalname, stream }, done) => {
            open = stream;
            const taken = take({ name: originalname, content: stream });
            takes.push(taken);
            // At once: the parser would first read on to the end of the body.
            taken.then(() => done(null, {}), end);
          },
          _removeFile: (_request, _file, done) => done(null),
        };
        const parser = parserOf(wanted, storage);
        parser(request, NO_RESPONSE, (error: unknown) =>
          end(error === undefined ? undefined : toAppError(error, wanted)),
        );
        watch.begin();
      });
      const all = await Promise.all(takes);
      if (all.length === 0) throw badRequest(wanted.field, 'must be a file with a name');
      return all;
    } catch (error) {
      open?.destroy(new Error('the upload is over'));
      const ends = await Promise.allSettled(takes);
      for (const end of ends) if (end.status === 'fulfilled') await drop(end.value);
      throw this.refused(error);
    }
  }

  /** Calls `fail` when the body grows beyond `most` bytes (without an error) or stands still. */
  private watch(most: number, idleMs: number, fail: (error?: AppError) => void) {
    const { request } = this;
    let received = 0;
    let isOver = false;
    const idle = setTimeout(() => fail(badRequest('body', `must not stand still for ${idleMs} ms`)), idleMs);
    const onData = (chunk: Buffer) => {
      received += chunk.length;
      idle.refresh();
      if (received > most) fail();
    };
    return {
      /** In the turn in which the parser takes hold of the request: from then on it flows. */
      begin: () => {
        if (!isOver) request.on('data', onData);
      },
      stop: () => {
        isOver = true;
        clearTimeout(idle);
        request.off('data', onData);
      },
    };
  }

  /** What is still on its way is thrown away, and its sender cut off if it does not stop. */
  private refused(error: unknown): unknown {
    if (this.request.res) discardBody(this.request, this.request.res);
    return error;
  }
}

/** The parser answers nobody: it tells us. */
const NO_RESPONSE = {} as Response;

const parserOf = ({ field, most }: NonNullable<Route['files']>, storage: StorageEngine) =>
  multer({
    storage,
    defParamCharset: 'utf8',
    limits: { files: most, fields: 0, parts: most, fieldNameSize: 100, headerPairs: 20 },
    fileFilter: (_request, file, accept) => {
      if (file.fieldname === field) accept(null, true);
      else accept(badRequest('body', `must have files in the field ${field}, and nothing else`));
    },
  }).any();

/** What the parser says in the words of the error table. */
function toAppError(error: unknown, { field, most }: NonNullable<Route['files']>): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof MulterError && /^LIMIT_(FILE|PART)_COUNT$/.test(error.code))
    return badRequest(field, `must be at most ${most === 1 ? 'one file' : `${most} files`}`);
  if (error instanceof MulterError && error.code === 'LIMIT_FIELD_COUNT')
    return badRequest('body', `must have files in the field ${field}, and nothing else`);
  return badRequest('body', 'must be a complete multipart form');
}
