import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { ServedFile } from '@app/contracts';
import type { Request, Response } from 'express';

interface Part {
  start: number;
  end: number;
}

/** Whatever a browser makes of it, it runs nothing and belongs to no origin. */
const SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox";

/**
 * Answers with the file or the part that was asked for, or with nothing when the client has it already (RFC 9110: `Range`,
 * `If-Range`, `If-None-Match`, `If-Modified-Since`, `HEAD`). Of several ranges none counts: the whole file is sent.
 */
export async function sendFile(
  file: ServedFile,
  request: Request,
  response: Response,
): Promise<StreamableFile> {
  const isUnchanged = isFresh(file, request);
  const address = isUnchanged ? undefined : await file.elsewhere();
  if (address !== undefined) return redirect(address, response);
  const part = isUnchanged ? 'unchanged' : partOf(file, request);
  const whole = { start: 0, end: file.size - 1 };
  const sent = part === 'whole' ? whole : typeof part === 'object' ? part : undefined;
  const hasBytes = sent !== undefined && file.size > 0 && request.method !== 'HEAD';
  // Before the headers are out: a file that is gone is still answered as such.
  const content = hasBytes ? await file.read(sent) : [];
  response.status(part === 'whole' ? 200 : part === 'unchanged' ? 304 : part === 'unsatisfiable' ? 416 : 206);
  response.set(headersOf(file));
  if (sent) response.set('Content-Length', String(file.size === 0 ? 0 : sent.end - sent.start + 1));
  if (typeof part === 'object') response.set('Content-Range', `bytes ${part.start}-${part.end}/${file.size}`);
  if (part === 'unsatisfiable') response.set('Content-Range', `bytes */${file.size}`);
  // From here on Nest's own idea of the status does not count any more.
  response.flushHeaders();
  return new StreamableFile(content instanceof Readable ? content : Readable.from(content));
}

/** Only for this once: whether it may be seen is asked again the next time. */
function redirect(address: string, response: Response): StreamableFile {
  response.status(302).set({ Location: address, 'Cache-Control': 'no-store', 'Content-Type': 'text/plain' });
  response.set({ 'Content-Disposition': 'inline', 'Content-Length': '0' }).flushHeaders();
  return new StreamableFile(Readable.from([]));
}

const headersOf = ({ type, etag, modifiedAt, disposition, isPublic }: ServedFile) => ({
  'Content-Type': type,
  'Content-Disposition': disposition,
  'Accept-Ranges': 'bytes',
  ETag: etag,
  'Last-Modified': modifiedAt.toUTCString(),
  // Who may see it can change at any time: a browser has to ask again, and is told that nothing has changed.
  'Cache-Control': isPublic ? 'public, max-age=31536000, immutable' : 'private, no-cache',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': SANDBOX,
});

/** HTTP's dates have no milliseconds. */
const seconds = (date: Date) => Math.floor(date.getTime() / 1_000);

function isFresh({ etag, modifiedAt }: ServedFile, { headers }: Request): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined)
    return known.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && seconds(modifiedAt) <= Math.floor(since / 1_000);
}

function partOf(
  { size, etag, modifiedAt }: ServedFile,
  { headers }: Request,
): Part | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  const condition = headers['if-range'];
  if (
    typeof condition === 'string' &&
    condition !== etag &&
    seconds(modifiedAt) !== Date.parse(condition) / 1_000
  )
    return 'whole';
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < start) return 'whole';
  return start < size && (first !== '' || Number(last) > 0) ? { start, end } : 'unsatisfiable';
}
