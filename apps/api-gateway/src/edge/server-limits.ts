import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { AppError } from '@app/contracts';
import { refuseSocket } from './answer';

/** How often Node looks for connections whose headers are late; its default of 30 s lets them stay that much longer. */
const CHECK_MS = 1_000;

/** What Node's parser refuses gets the contract's answer too. To be called before the server listens. */
export function hardenServer(server: Server, requestTimeoutMs: number): void {
  Object.assign(server, { connectionsCheckingInterval: CHECK_MS });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    refuseSocket(socket, new AppError('BAD_REQUEST', reasonOf(error.code, requestTimeoutMs)), randomUUID());
  });
  // A server without this listener would wait for CONNECT requests to be handled.
  server.on('connect', (_request: IncomingMessage, socket: Socket) => socket.destroy());
}

function reasonOf(code: string | undefined, requestTimeoutMs: number): string {
  if (code === 'HPE_HEADER_OVERFLOW') return 'the headers are larger than 16 KiB';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return `the request did not arrive in time: all of it within ${requestTimeoutMs} ms, and its headers soon`;
  return 'this is not a valid HTTP/1.1 request';
}
