import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { STATUS_CODES, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '@app/contracts';
import { requestIdOf } from '@app/platform';
import type { SlowReaders } from '../backlog/slow-readers';
import type { ClientServer } from '../client-socket';
import { CorkingWebSocketServer } from '../corking';
import { originAllowed } from '../handshake';
import { PlainConnection } from './plain-connection';

/** Dead peers are gone after two rounds. */
const ROUND_MS = 20_000;
/** A round is walked in so many steps: not everybody is asked in the same moment. */
const STEPS = 20;
/** For those who say goodbye, when the process stops. */
const LAST_WORDS_MS = 1_000;

export interface PlainSocketsOptions {
  path: string;
  namespace: string;
  instance: string;
  allowedOrigins: string[];
  maxFrameBytes: number;
  readers: SlowReaders;
  /** Time between two signs of life, ROUND_MS by default. */
  heartbeatMs?: number;
}

/** The endpoint for clients without Socket.IO: takes upgrades at its path and hands each to the Socket.IO server as a connection. */
export class PlainSockets {
  private readonly sockets: CorkingWebSocketServer;
  private readonly connections = new Map<PlainConnection, number>();
  private readonly timer: NodeJS.Timeout;
  private step = 0;
  private closing = false;

  constructor(
    private readonly server: ClientServer,
    http: HttpServer,
    private readonly options: PlainSocketsOptions,
  ) {
    this.sockets = new CorkingWebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: options.maxFrameBytes,
      perMessageDeflate: false,
    });
    http.on('upgrade', (request, socket, head) => this.accept(request, socket, head));
    this.timer = setInterval(() => this.beat(), (options.heartbeatMs ?? ROUND_MS) / STEPS).unref();
  }

  /** Nobody new comes in. */
  refuse(): void {
    this.closing = true;
  }

  /** Who is not gone after its last words is cut off. */
  async close(): Promise<void> {
    this.refuse();
    clearInterval(this.timer);
    const open = [...this.connections.keys()];
    const gone = Promise.all(open.map((connection) => once(connection, 'gone')));
    for (const connection of open) connection.close();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([gone, new Promise((resolve) => (timer = setTimeout(resolve, LAST_WORDS_MS)))]);
    clearTimeout(timer);
    for (const connection of this.connections.keys()) connection.terminate();
  }

  private accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [path, query] = (request.url ?? '').split('?', 2);
    if (path !== this.options.path) return;
    const refusal = this.refusalOf(request);
    if (refusal) {
      refuseUpgrade(socket, refusal, requestIdOf(request));
      return;
    }
    // Where Engine.IO puts it, for the handshake to look at.
    Object.assign(request, { _query: Object.fromEntries(new URLSearchParams(query)) });
    this.sockets.handleUpgrade(request, socket, head, (websocket) => {
      const id = `${this.options.instance}.${randomBytes(18).toString('base64url')}`;
      const connection = new PlainConnection(id, request, websocket, this.options);
      this.connections.set(connection, this.connections.size % STEPS);
      connection.once('gone', () => this.connections.delete(connection));
      this.server.engine.emit('connection', connection);
      connection.knock();
    });
  }

  private refusalOf(request: IncomingMessage): AppError | undefined {
    if (this.closing) return new AppError('UNAVAILABLE', 'this instance is shutting down; connect again');
    if (!originAllowed(this.options.allowedOrigins, request))
      return new AppError('FORBIDDEN', 'this origin may not connect');
    return undefined;
  }

  private beat(): void {
    this.step = (this.step + 1) % STEPS;
    for (const [connection, step] of this.connections) if (step === this.step) connection.beat();
  }
}

function refuseUpgrade(socket: Duplex, error: AppError, requestId: string): void {
  const body = JSON.stringify({ ok: false, error: error.toBody(requestId) });
  socket.on('error', () => undefined);
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\nConnection: close\r\n` +
      `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
