import path from 'node:path';
import type { ChatConfig } from '../../config';
import { DiskStorage } from './disk-storage';
import type { FileStorage } from './file-storage';

/** The one that the settings choose. The SDK of S3 is large: only who needs it loads it. */
export async function openStorage(config: ChatConfig): Promise<FileStorage> {
  if (config.STORAGE_DRIVER === 'disk') return new DiskStorage(path.resolve(config.FILES_DIR, 'stored'));
  const { S3Storage } = await import('./s3-storage.js');
  return new S3Storage(config);
}
