import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a process and the broker and may be cut. */
export class CuttableWire {
  private readonly sockets = new Set<Socket>();
  private whole = true;

  private constructor(private readonly target: URL) {}

  static async to(url: string): Promise<{ wire: CuttableWire; url: string; stop: () => void }> {
    const target = new URL(url);
    const wire = new CuttableWire(target);
    const server = createServer((socket) => wire.join(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const here = new URL(url);
    here.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stop = () => {
      server.close();
      wire.cut();
    };
    return { wire, url: here.href, stop };
  }

  /** All connections break, and there are no new ones until `mend`. */
  cut(): void {
    this.whole = false;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.whole = true;
  }

  private join(near: Socket): void {
    if (!this.whole) {
      near.destroy();
      return;
    }
    const far = connect(Number(this.target.port || 5672), this.target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
