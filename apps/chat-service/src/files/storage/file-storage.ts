/** How a file is to be served. */
export interface Shown {
  type: string;
  disposition: string;
}

/** Where the bytes of files are. Keys are ours: letters, digits and `-`. */
export interface FileStorage {
  /** Takes over the file at `path`, which may be gone afterwards. Durable when it resolves. */
  put(key: string, path: string): Promise<void>;
  /** `end` is the last byte. Throws NOTFOUND. */
  read(key: string, part: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
  /** What is not there is removed already. */
  remove(key: string): Promise<void>;
  /** Where a client can read it for a short while without passing by us; undefined when it cannot. */
  addressOf(key: string, shown: Shown): Promise<string> | undefined;
}

export const FILE_STORAGE = Symbol('storage of files');
