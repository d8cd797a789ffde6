import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from 's3rver';

const BUCKET = 'files';

/** A store that speaks S3, in this process. It does not check signatures. */
export class Bucket {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 's3-'));
  private readonly store = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: path.join(this.folder, 'store'),
    configureBuckets: [{ name: BUCKET }],
  });

  /** The settings of a service that keeps its files in it. */
  async start(): Promise<Record<string, string>> {
    const { port } = await this.store.run();
    return {
      STORAGE_DRIVER: 's3',
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
      FILES_DIR: this.files,
    };
  }

  /** Where services have their staging folder. */
  get files(): string {
    return path.join(this.folder, 'files');
  }

  /** What lies in it, with commas between. */
  async objects(): Promise<string> {
    const names = await readdir(path.join(this.folder, 'store', BUCKET), { recursive: true });
    return names.filter((name) => name.endsWith('_object')).join();
  }

  async stop(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
