import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { ChatConfig } from '../../config';
import { quarantined } from '../file-metrics';
import { asSpaceError, codeOf, outOfSpace } from './file-errors';

/** Signs of life and looks for leftovers, in the time after which something is one. */
const BEATS = 4;

/**
 * Where files are while they come in and are looked at. What is here belongs to one request and goes with it; what a process
 * leaves behind that dies is known by its age, since the living touch theirs.
 */
@Injectable()
export class Staging implements OnModuleInit, OnApplicationBootstrap {
  private readonly folder: string;
  private readonly leftoverMs: number;
  private readonly alive = new Set<string>();

  constructor(
    private readonly config: ChatConfig,
    private readonly shutdown: Shutdown,
    private readonly logger: Logger,
  ) {
    this.folder = path.resolve(config.FILES_DIR, 'incoming');
    this.leftoverMs = config.UPLOAD_LEFTOVER_MS;
  }

  async onModuleInit(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
  }

  onApplicationBootstrap(): void {
    let beating: Promise<void> | undefined;
    const timer = setInterval(() => {
      beating ??= this.beat()
        .catch((error: unknown) => this.logger.warn('leftovers are looked for later', { err: error }))
        .finally(() => (beating = undefined));
    }, this.leftoverMs / BEATS).unref();
    this.shutdown.register('finish-work', 'files on their way', async () => {
      clearInterval(timer);
      await beating;
    });
  }

  /** A place for a file that is not there yet. To be given back by `drop`. */
  place(): string {
    const name = path.join(this.folder, randomUUID());
    this.alive.add(name);
    return name;
  }

  /** Throws OUT_OF_SPACE when `bytes` more would leave too little. */
  async assertRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    if (bavail * bsize - bytes < this.config.MIN_FREE_BYTES) throw outOfSpace();
  }

  /** Writes what comes, and counts it; leaves nothing when it throws. `tooLong` is thrown beyond `most` bytes. */
  async write(
    content: Readable,
    most: number,
    tooLong: () => Error,
  ): Promise<{ path: string; size: number }> {
    const target = this.place();
    let size = 0;
    const counter = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        size += chunk.length;
        if (size > most) done(tooLong());
        else done(null, chunk);
      },
    });
    try {
      await pipeline(content, counter, createWriteStream(target, { flags: 'wx', mode: 0o600 }));
      return { path: target, size };
    } catch (error) {
      await this.drop(target);
      throw asSpaceError(error);
    }
  }

  /** It may have been taken over by a storage. */
  async drop(place: string): Promise<void> {
    await rm(place, { force: true });
    this.alive.delete(place);
  }

  /** Takes a harmful file out of everybody's reach, for whoever runs the system to look at. */
  async quarantine(place: string, id: string): Promise<void> {
    const most = this.config.QUARANTINE_FILES;
    if (most === 0) return;
    const folder = path.resolve(this.config.FILES_DIR, 'quarantine');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(place, path.join(folder, `${Date.now()}-${id}`));
    quarantined.inc();
    const oldest = (await readdir(folder)).sort().slice(0, -most);
    for (const name of oldest) await rm(path.join(folder, name), { force: true });
  }

  private async beat(): Promise<void> {
    const now = new Date();
    for (const place of this.alive) await utimes(place, now, now).catch(ignoreMissing);
    for (const name of await readdir(this.folder)) {
      const place = path.join(this.folder, name);
      const found = this.alive.has(place) ? undefined : await stat(place).catch(ignoreMissing);
      if (found && found.mtimeMs < now.getTime() - this.leftoverMs) await rm(place, { force: true });
    }
  }
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
