import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network path to a server that can be cut, and that can go silent. */
export class FaultyNetwork {
  private readonly sockets = new Set<Socket>();
  private state: 'healthy' | 'cut' | 'silent' = 'healthy';

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async to(url: string): Promise<FaultyNetwork> {
    const server = createServer();
    const network = new FaultyNetwork(server, new URL(url));
    server.on('connection', (socket) => network.accept(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return network;
  }

  /** The target's URL by this path. */
  get url(): string {
    const near = new URL(this.target);
    near.hostname = '127.0.0.1';
    near.port = String((this.server.address() as AddressInfo).port);
    return near.href;
  }

  /** All connections end, and new ones are reset. */
  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Connections stay, and new ones are accepted, but nothing arrives any more: a stopped server, a black hole. */
  hang(): void {
    this.state = 'silent';
    for (const socket of this.sockets) socket.pause();
  }

  /** New connections work. What was caught in the black hole stays there. */
  heal(): void {
    this.state = 'healthy';
  }

  async close(): Promise<void> {
    this.cut();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private accept(near: Socket): void {
    if (this.state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(this.target.port), this.target.hostname);
    this.pass(near, far);
    this.pass(far, near);
    if (this.state === 'silent') near.pause();
  }

  private pass(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
