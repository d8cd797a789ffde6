import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AppError } from '@app/contracts';

const envelope = (error: AppError, requestId: string) =>
  JSON.stringify({ ok: false, error: error.toBody(requestId) });

const retryAfter = (error: AppError) =>
  error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / 1_000);

/** The contract's error answer, from code that Nest's filters do not see. Cuts an answer that has begun already. */
export function answerError(response: ServerResponse, error: AppError, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const seconds = retryAfter(error);
  if (seconds !== undefined) response.setHeader('Retry-After', seconds);
  const body = envelope(error, requestId);
  response.writeHead(error.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** The same onto a raw socket, which is then closed. */
export function refuseSocket(socket: Duplex, error: AppError, requestId: string): void {
  const body = envelope(error, requestId);
  const seconds = retryAfter(error);
  closeWith(socket, error.status, body, {
    'X-Request-Id': requestId,
    ...(seconds !== undefined && { 'Retry-After': String(seconds) }),
  });
}

/** Writes one JSON answer and closes the socket, whether or not the other side reads it. */
export function closeWith(
  socket: Duplex,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lines = Object.entries({
    Connection: 'close',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
