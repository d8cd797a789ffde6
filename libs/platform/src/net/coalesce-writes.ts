import { Socket } from 'node:net';

type Write = Socket['write'];

/** Sockets that hold back what was written in this turn of the event loop. */
const holding = new Set<Socket>();

function flush(): void {
  for (const socket of holding) socket.uncork();
  holding.clear();
}

const heldWrite = function (this: Socket, ...args: Parameters<Write>) {
  if (!holding.has(this)) {
    if (holding.size === 0) setImmediate(flush);
    holding.add(this);
    this.cork();
  }
  return Socket.prototype.write.apply(this, args);
} as Write;

/**
 * From now on everything that is written to the socket in one turn of the event loop leaves in one system call at the
 * turn's end. Protocols that write a frame at a time (WebSocket, AMQP) otherwise spend most of their time in the kernel.
 */
export function coalesceWrites(socket: Socket): void {
  socket.write = heldWrite;
}
