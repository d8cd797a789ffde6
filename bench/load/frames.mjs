/*
 * The least of RFC 6455 that a load generator needs. The generator shares its cores with the servers under test, so
 * it writes and reads frames by hand: the masking key is zero (a client frame must carry a key, and this one leaves
 * the payload as it is), and nothing is decoded that nobody asks for.
 */

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/**
 * One masked text frame per message, in one buffer. Messages are ASCII.
 * @param {string[]} messages
 */
export function encodeFrames(messages) {
  let size = 0;
  for (const text of messages) size += (text.length < LENGTH_16 ? 6 : 8) + text.length;
  const buffer = Buffer.allocUnsafe(size);
  let at = 0;
  for (const text of messages) {
    if (text.length > 0xffff) throw new Error('the generator sends no message of more than 64 KiB');
    buffer[at++] = FINAL_TEXT;
    if (text.length < LENGTH_16) {
      buffer[at++] = MASKED | text.length;
    } else {
      buffer[at++] = MASKED | LENGTH_16;
      at = buffer.writeUInt16BE(text.length, at);
    }
    at = buffer.writeUInt32BE(0, at);
    at += buffer.latin1Write(text, at);
  }
  return buffer;
}

/** Cuts the bytes of a connection into frames, without copying those that arrive whole. */
export class FrameReader {
  #rest = Buffer.alloc(0);
  #onFrame;

  /** @param {(opcode: number, bytes: Buffer, start: number, end: number) => void} onFrame */
  constructor(onFrame) {
    this.#onFrame = onFrame;
  }

  /** @param {Buffer} chunk */
  push(chunk) {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at + 2 <= bytes.length) {
      let length = bytes[at + 1] & 0x7f;
      let start = at + 2;
      if (length === LENGTH_16) {
        if (start + 2 > bytes.length) break;
        length = bytes.readUInt16BE(start);
        start += 2;
      } else if (length === LENGTH_64) {
        if (start + 8 > bytes.length) break;
        length = Number(bytes.readBigUInt64BE(start));
        start += 8;
      }
      const end = start + length;
      if (end > bytes.length) break;
      this.#onFrame(bytes[at] & 0x0f, bytes, start, end);
      at = end;
    }
    this.#rest = at === bytes.length ? EMPTY : bytes.subarray(at);
  }
}

const EMPTY = Buffer.alloc(0);
