import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { reset } from './reset';
import { Stream, type NetworkFault, type Way } from './stream';

/** A network path to a server that can be disturbed. Bytes pass as they come; nobody looks at them. */
export class FaultyNetwork {
  private readonly sockets = new Set<Socket>();
  /** One side of a silent path has gone, and the other was not told. */
  private readonly widows = new Set<Socket>();
  private fault: NetworkFault | undefined;
  private carried = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async to(url: string): Promise<FaultyNetwork> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
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

  /** Bytes that have arrived on the other side, in both directions. */
  get bytes(): number {
    return this.carried;
  }

  disturb(fault: NetworkFault): void {
    this.fault = fault;
    if (fault.kind === 'cut') for (const socket of this.sockets) reset(socket);
    if (fault.kind === 'hang') for (const socket of this.sockets) socket.pause();
  }

  /** New connections work. What has lost bytes, or was caught in a hanging path, stays silent. */
  heal(): void {
    this.fault = undefined;
    for (const socket of this.widows) reset(socket);
    this.widows.clear();
  }

  async close(): Promise<void> {
    this.disturb({ kind: 'cut' });
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private accept(near: Socket): void {
    if (this.fault?.kind === 'cut') {
      reset(near);
      return;
    }
    const far = connect({
      port: Number(this.target.port),
      host: this.target.hostname,
      allowHalfOpen: true,
      noDelay: true,
    });
    this.pass(near, far, 'forth');
    this.pass(far, near, 'back');
    if (this.fault?.kind === 'hang') near.pause();
  }

  private pass(from: Socket, to: Socket, way: Way): void {
    const stream = new Stream(from, to, {
      way,
      fault: () => this.fault,
      carried: (bytes) => (this.carried += bytes),
    });
    this.sockets.add(from);
    from.on('data', (chunk) => stream.take(chunk));
    from.on('end', () => {
      if (stream.isMuted) this.widows.add(to);
      stream.end();
    });
    from.on('error', () => undefined);
    from.on('close', (hadError) => {
      this.sockets.delete(from);
      this.widows.delete(from);
      if (to.destroyed) return;
      // The news of an end is lost like anything else.
      if (stream.isMuted) this.widows.add(to);
      else if (hadError) reset(to);
      else if (!from.readableEnded) to.destroy();
    });
  }
}
