import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { notFound } from '@app/contracts';
import { codeOf } from './file-errors';
import type { FileStorage } from './file-storage';

/** Files in folders by the first letters of their keys, so that no folder has too many. */
export class DiskStorage implements FileStorage {
  constructor(private readonly root: string) {}

  async put(key: string, source: string): Promise<void> {
    const target = this.pathOf(key);
    const folder = path.dirname(target);
    await mkdir(folder, { recursive: true });
    await sync(source);
    await rename(source, target);
    await sync(folder);
  }

  async read(key: string, part: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>> {
    try {
      const handle = await open(this.pathOf(key));
      return handle.createReadStream(part);
    } catch (error) {
      throw codeOf(error) === 'ENOENT' ? notFound('file') : error;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  /** Nobody but us serves a disk. */
  addressOf(): undefined {
    return undefined;
  }

  addressToPut(): undefined {
    return undefined;
  }

  private pathOf(key: string): string {
    return path.join(this.root, key.slice(0, 2), key.slice(2, 4), key);
  }
}

async function sync(place: string): Promise<void> {
  const handle = await open(place);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
