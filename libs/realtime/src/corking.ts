import { Socket } from 'node:net';
import { WebSocketServer, WebSocket, type ServerOptions } from 'ws';

/**
 * One write per socket per turn of the event loop. Most of a chat server's CPU goes into `writev`; a socket that gets
 * five frames in one turn needs one. Every write goes through `write`, therefore that is the place.
 */
const corked: Socket[] = [];

function flush(): void {
  for (const socket of corked.splice(0)) socket.uncork();
}

type Write = Socket['write'];

const corkingWrite = function (this: Socket, ...args: Parameters<Write>) {
  if (this.writableCorked === 0) {
    if (corked.length === 0) setImmediate(flush);
    corked.push(this);
    this.cork();
  }
  return Socket.prototype.write.apply(this, args);
} as Write;

class CorkingWebSocket extends WebSocket {
  /** `ws` hands the raw socket over here; the method is not part of its published types. */
  setSocket(socket: Socket, head: Buffer, options: object): void {
    if (socket instanceof Socket) socket.write = corkingWrite;
    (WebSocket.prototype as unknown as CorkingWebSocket).setSocket.call(this, socket, head, options);
  }
}

/** For Engine.IO's `wsEngine` option. */
export class CorkingWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({ ...options, WebSocket: CorkingWebSocket });
  }
}
