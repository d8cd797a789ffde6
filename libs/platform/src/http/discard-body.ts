import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a client that was refused may go on sending, so that it can read our answer instead of a reset. */
const LINGER_MS = 1_000;

/** `complete` is not known yet while the headers are handled. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Throws the rest of a refused body away; a client that does not stop is cut off. To be called before the answer has gone out. The
 * connection is not used again.
 */
export function discardBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed || !hasBody(request)) return;
  const { socket } = request;
  response.shouldKeepAlive = false;
  request.unpipe();
  request.resume();
  // Node.js would close it as soon as the answer is out. Whoever is still writing would get a reset, and many clients then throw
  // the answer away that has come before it.
  let isAnswered = false;
  socket.destroySoon = () => (isAnswered = true);
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  const over = () => {
    clearTimeout(timer);
    Reflect.deleteProperty(socket, 'destroySoon');
    if (isAnswered) socket.destroySoon();
  };
  request.once('end', over).once('close', over);
}
