import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder for the files of one system, and a look into it. */
export class FilesPlace {
  private folder = '';

  /** The settings of a system that keeps its files here. */
  async open(): Promise<{ FILES_DIR: string }> {
    this.folder = await mkdtemp(path.join(tmpdir(), 'files-'));
    return { FILES_DIR: path.join(this.folder, 'files') };
  }

  async close(): Promise<void> {
    if (this.folder !== '') await rm(this.folder, { recursive: true, force: true });
  }

  /** What is still coming in. */
  incoming(): Promise<string[]> {
    return this.list('incoming');
  }

  /** Keys of what is kept. */
  stored(): Promise<string[]> {
    return this.list('stored');
  }

  /** All that lies beside the places of files. */
  async strays(): Promise<string[]> {
    const all = [...(await readdir(this.folder)), ...(await readdir(path.join(this.folder, 'files')))];
    return all.filter((name) => !['files', 'incoming', 'stored'].includes(name));
  }

  private async list(name: string): Promise<string[]> {
    const found = await readdir(path.join(this.folder, 'files', name), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    return found.filter((entry) => entry.isFile()).map((entry) => entry.name);
  }
}

/** Content-Type, kind and disposition by which samples are served. */
export const TYPES: Record<string, [string, string, string]> = {
  mp4: ['video/mp4', 'video', 'inline'],
  webm: ['video/webm', 'video', 'inline'],
  mov: ['video/quicktime', 'video', 'inline'],
  pdf: ['application/pdf', 'file', 'attachment'],
  doc: ['application/msword', 'file', 'attachment'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'file', 'attachment'],
  txt: ['text/plain; charset=utf-8', 'file', 'attachment'],
  mp3: ['audio/mpeg', 'audio', 'inline'],
  wav: ['audio/wav', 'audio', 'inline'],
  ogg: ['audio/ogg', 'audio', 'inline'],
  jpg: ['image/jpeg', 'image', 'inline'],
  png: ['image/png', 'image', 'inline'],
  gif: ['image/gif', 'image', 'inline'],
  webp: ['image/webp', 'image', 'inline'],
};
