import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Server } from 'socket.io';

export interface UpstreamOptions {
  name: string;
  /** Path of its Socket.IO endpoint. */
  socketPath?: string;
  port?: number;
  /** Answers in place of the echo. Returns true when it did. */
  answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** What the echo says it got. */
export interface Echo {
  instance: string;
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  bytes: number;
}

/** A small real service: health, an echo for every path, Socket.IO with session ids as ours have them. */
export class Upstream {
  readonly sockets = new Set<Socket>();
  /** Method and path of every request that arrived, health excepted. */
  readonly seen: string[] = [];
  ready = true;
  readonly io: Server;
  private readonly server;

  private constructor(readonly options: UpstreamOptions) {
    this.server = createServer((request, response) => this.answer(request, response));
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.io = new Server(this.server, { path: options.socketPath ?? '/socket.io' });
    this.io.engine.generateId = () => `${options.name}.${randomBytes(18).toString('base64url')}`;
    for (const namespace of ['/chat', '/notifications']) {
      this.io.of(namespace).on('connection', (socket) => {
        socket.on('echo', (data: unknown, ack: (answer: unknown) => void) =>
          ack({ instance: options.name, data }),
        );
        socket.on('flood', (bytes: number) => socket.emit('flooded', 'x'.repeat(bytes)));
      });
    }
  }

  static async start(options: UpstreamOptions): Promise<Upstream> {
    const upstream = new Upstream(options);
    upstream.server.listen(options.port ?? 0, '127.0.0.1');
    await once(upstream.server, 'listening');
    return upstream;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** As by kill -9: no goodbye to anybody. */
  async kill(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { url = '', method = '' } = request;
    if (url.startsWith(`${this.options.socketPath ?? '/socket.io'}/`)) return;
    response.setHeader('content-type', 'application/json');
    if (url === '/health/ready') {
      response.statusCode = this.ready ? 200 : 503;
      response.end(JSON.stringify({ ok: this.ready, data: { instance: this.options.name, checks: {} } }));
      return;
    }
    this.seen.push(`${method} ${url}`);
    if (this.options.answer?.(request, response)) return;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => {
      const data: Echo = { instance: this.options.name, method, url, headers: request.headers, bytes };
      response.end(JSON.stringify({ ok: true, data }));
    });
  }
}
