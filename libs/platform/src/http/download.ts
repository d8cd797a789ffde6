import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { Download } from '@app/contracts';

/**
 * The file on its way, as fast as its reader takes it. When a piece cannot be had, the connection breaks: what has arrived by then
 * must not look whole.
 */
export function toStream({ filename, pieces }: Download<unknown>): StreamableFile {
  // One piece ahead, whatever its size.
  const stream = Readable.from(pieces, { highWaterMark: 1 });
  const disposition = `attachment; filename="${filename.replace(/[^\w.-]/g, '_')}"`;
  return new StreamableFile(stream, { type: 'application/json; charset=utf-8', disposition });
}
