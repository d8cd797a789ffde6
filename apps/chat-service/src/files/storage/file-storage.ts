/** How a file is to be served. */
export interface Shown {
  type: string;
  disposition: string;
}

/** A signed address, and what the client must send with it. */
export interface PutAddress {
  url: string;
  headers: Record<string, string>;
}

/** Where the bytes of files are. Keys are ours: letters, digits, `-` and `/`. */
export interface FileStorage {
  /** Takes over the file at `path`, which may be gone afterwards. Durable when it resolves. */
  put(key: string, path: string): Promise<void>;
  /** `end` is the last byte. Throws NOTFOUND. */
  read(key: string, part: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
  /** What is not there is removed already. */
  remove(key: string): Promise<void>;
  /** Where a client can read it for a short while without passing by us; undefined when it cannot. */
  addressOf(key: string, shown: Shown): Promise<string> | undefined;
  /** Where a client can put exactly so many bytes without passing by us, for a while; undefined when it cannot. */
  addressToPut(key: string, size: number, seconds: number): Promise<PutAddress> | undefined;
}

export const FILE_STORAGE = Symbol('storage of files');
