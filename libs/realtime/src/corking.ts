import { Socket } from 'node:net';
import { coalesceWrites } from '@app/platform';
import { WebSocketServer, WebSocket, type ServerOptions } from 'ws';

class CorkingWebSocket extends WebSocket {
  /** `ws` hands the raw socket over here; the method is not part of its published types. */
  setSocket(socket: Socket, head: Buffer, options: object): void {
    if (socket instanceof Socket) coalesceWrites(socket);
    (WebSocket.prototype as unknown as CorkingWebSocket).setSocket.call(this, socket, head, options);
  }
}

/**
 * One write per socket per turn of the event loop: most of a chat server's CPU goes into `writev`, and a socket that gets
 * five frames in one turn needs one. For Engine.IO's `wsEngine` option.
 */
export class CorkingWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({ ...options, WebSocket: CorkingWebSocket });
  }
}
