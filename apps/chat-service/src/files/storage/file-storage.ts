/** Where the bytes of files are. Keys are ours: letters, digits and `-`. */
export interface FileStorage {
  /** Takes over the file at `path`, which may be gone afterwards. Durable when it resolves. */
  put(key: string, path: string): Promise<void>;
  /** `end` is the last byte. Throws NOTFOUND. */
  read(key: string, part: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
  /** What is not there is removed already. */
  remove(key: string): Promise<void>;
}

export const FILE_STORAGE = Symbol('storage of files');
