import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 4 * 1_024 * 1_024;
const NEWLINE = 10;

/** The lines of a file of any size, one after the other; of the file itself only a piece is in memory. */
export function* linesOf(file: string, chunkBytes = CHUNK_BYTES): Generator<string> {
  const descriptor = openSync(file, 'r');
  try {
    let buffer = Buffer.allocUnsafe(chunkBytes);
    /** What the end of the last piece has of a line. */
    let kept = 0;
    for (;;) {
      if (kept === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const read = readSync(descriptor, buffer, kept, buffer.length - kept, null);
      const filled = kept + read;
      const whole = read === 0 ? filled : buffer.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
      yield* linesIn(buffer.toString('utf8', 0, whole));
      if (read === 0) return;
      buffer.copy(buffer, 0, whole, filled);
      kept = filled - whole;
    }
  } finally {
    closeSync(descriptor);
  }
}

function* linesIn(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf('\n', from);
    const end = newline === -1 ? text.length : newline;
    if (end > from) yield text.slice(from, end);
    from = end + 1;
  }
}
