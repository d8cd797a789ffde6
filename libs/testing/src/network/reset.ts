import type { Socket } from 'node:net';

/**
 * Ends a connection by RST. One that is just being closed is closed only: there Node.js (20) refuses the reset and forgets the
 * socket, which stays open, is never reported as closed, and keeps its thread busy for ever.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
