import { mongo } from 'mongoose';

const { BSON, ObjectId } = mongo;

/** The types that we store. What has another one is left to the library. */
const DOUBLE = 1;
const TEXT = 2;
const DOCUMENT = 3;
const ARRAY = 4;
const OBJECT_ID = 7;
const BOOLEAN = 8;
const DATE = 9;
const NULL = 10;
const INT32 = 16;
const INT64 = 18;

const ID_BYTES = 12;
const TWO_TO_32 = 2 ** 32;
/** A power of two. */
const NAMES = 1_024;

interface Name {
  hash: number;
  bytes: Uint8Array;
  text: string;
}

/** Fields have few names, which come again with every document. */
const names = new Array<Name | undefined>(NAMES);

class Unusual extends Error {}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  document(): mongo.Document {
    this.skip(4);
    const found: mongo.Document = {};
    for (let type = this.next(); type !== 0; type = this.next()) found[this.name()] = this.value(type);
    return found;
  }

  private array(): unknown[] {
    this.skip(4);
    const found: unknown[] = [];
    for (let type = this.next(); type !== 0; type = this.next()) {
      // The names are the indexes.
      while (this.next() !== 0);
      found.push(this.value(type));
    }
    return found;
  }

  private value(type: number): unknown {
    switch (type) {
      case TEXT:
        return this.text();
      case INT32:
        return this.bytes.readInt32LE(this.skip(4));
      case OBJECT_ID:
        return this.id();
      case DATE:
        return new Date(this.int64());
      case ARRAY:
        return this.array();
      case DOCUMENT:
        return this.document();
      case BOOLEAN:
        return this.next() === 1;
      case DOUBLE:
        return this.bytes.readDoubleLE(this.skip(8));
      case NULL:
        return null;
      case INT64:
        return this.int64();
      default:
        throw new Unusual();
    }
  }

  private next(): number {
    return this.bytes[this.at++] ?? 0;
  }

  /** Where the skipped bytes begin. */
  private skip(count: number): number {
    const start = this.at;
    this.at += count;
    return start;
  }

  private name(): string {
    const start = this.at;
    let hash = 0;
    for (let byte = this.next(); byte !== 0; byte = this.next()) hash = (hash * 31 + byte) | 0;
    const end = this.at - 1;
    const place = hash & (NAMES - 1);
    const known = names[place];
    if (known?.hash === hash && this.has(known.bytes, start, end)) return known.text;
    const text = this.bytes.toString('utf8', start, end);
    // What the library makes of these is more than a field.
    if (text.startsWith('$') || text === '__proto__') throw new Unusual();
    names[place] = { hash, bytes: new Uint8Array(this.bytes.subarray(start, end)), text };
    return text;
  }

  private has(bytes: Uint8Array, start: number, end: number): boolean {
    if (bytes.length !== end - start) return false;
    for (let index = 0; index < bytes.length; index++)
      if (bytes[index] !== this.bytes[start + index]) return false;
    return true;
  }

  private text(): string {
    const length = this.bytes.readInt32LE(this.skip(4)) - 1;
    const start = this.skip(length + 1);
    return this.bytes.toString('utf8', start, start + length);
  }

  private id(): mongo.ObjectId {
    const start = this.skip(ID_BYTES);
    // A copy: whoever keeps an id does not keep the whole answer.
    const bytes = Buffer.allocUnsafe(ID_BYTES);
    this.bytes.copy(bytes, 0, start, start + ID_BYTES);
    return new ObjectId(bytes);
  }

  private int64(): number {
    const start = this.skip(8);
    const value = this.bytes.readInt32LE(start + 4) * TWO_TO_32 + this.bytes.readUInt32LE(start);
    if (!Number.isSafeInteger(value)) throw new Unusual();
    return value;
  }
}

/** A document as the library's `deserialize` makes it, but faster. The bytes are the store's, so they are not doubted. */
export function decode(bytes: Buffer): mongo.Document {
  try {
    return new Reader(bytes).document();
  } catch (error) {
    if (error instanceof Unusual) return BSON.deserialize(bytes);
    throw error;
  }
}
