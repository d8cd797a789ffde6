import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const READY = '{"ok":true,"data":{"instance":"raw","checks":{}}}';

/** A service that is nothing but sockets: it is ready, and `onUpgrade` does as it likes with each upgrade request. */
export class RawService {
  private constructor(private readonly server: Server) {}

  static async start(onUpgrade: (socket: Socket, head: string) => void): Promise<RawService> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (chunk: Buffer) => {
        const head = chunk.toString('latin1');
        if (head.includes('Upgrade: websocket') || head.includes('upgrade: websocket'))
          onUpgrade(socket, head);
        else
          socket.end(
            `HTTP/1.1 200 OK\r\nContent-Length: ${READY.length}\r\nConnection: close\r\n\r\n${READY}`,
          );
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RawService(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
  }
}
