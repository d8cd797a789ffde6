import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { AppError } from '@app/contracts';
import { refuseSocket } from './answer';

/** How often Node looks for connections whose headers are late; its default of 30 s lets them stay that much longer. */
const CHECK_MS = 1_000;

/** What Node's parser refuses gets the contract's answer too. To be called before the server listens. */
export function hardenServer(server: Server): void {
  Object.assign(server, { connectionsCheckingInterval: CHECK_MS });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    refuseSocket(socket, new AppError('BAD_REQUEST', reasonOf(error.code)), randomUUID());
  });
  // A server without this listener would wait for CONNECT requests to be handled.
  server.on('connect', (_request: IncomingMessage, socket: Socket) => socket.destroy());
}

const REASONS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: 'the headers are larger than 16 KiB',
  ERR_HTTP_REQUEST_TIMEOUT: 'the request did not arrive in time',
};

const reasonOf = (code = '') => REASONS[code] ?? 'this is not a valid HTTP/1.1 request';
