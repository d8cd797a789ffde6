import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** As much of the driver's connection as is needed here. It is not part of what the driver promises. */
interface DriverConnection {
  socket: Socket;
  cleanup: (this: DriverConnection, error: Error) => void;
}

/** The driver is mongoose's own, so it is looked for from there. */
const CONNECTION = 'mongodb/lib/cmap/connection.js';

/**
 * The end of a connection wakes up whoever is writing to it.
 *
 * What a socket does not take in the driver writes by waiting for its `drain` or its `error` (6.16, and 7.9 still does). A socket
 * that has ended says neither, and that waiting ends never. Two ways lead there. A large write to a server that has stopped
 * reading: the time limit ends the connection, and nobody tells the writer. And a connection that the server closes in the same moment in which
 * another one is reset: for that moment the driver takes the first for open, writes to it, and waits. When that was the connection by which it
 * looks after its server, it never looks again, and the process has no store until it ends (docs/delivery.md).
 */
export function wakeWritersOfEndedConnections(): void {
  const { prototype } = connectionClass();
  const { cleanup } = prototype;
  prototype.cleanup = function (error) {
    cleanup.call(this, error);
    // The driver looks at the connection's error next, before it does anything else.
    this.socket.emit('drain');
  };
}

function connectionClass(): { prototype: DriverConnection } {
  const fromMongoose = createRequire(require.resolve('mongoose'));
  const { Connection } = fromMongoose(CONNECTION) as { Connection?: { prototype: DriverConnection } };
  if (typeof Connection?.prototype.cleanup === 'function') return Connection;
  throw new Error(
    `${CONNECTION} is not what it was: see whether its writers are told of the end of a connection, and what is to become of ${__filename}`,
  );
}
