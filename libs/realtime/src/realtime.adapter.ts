import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { namespaces, serverDraining } from '@app/contracts';
import {
  AccessTokens,
  activeWebSockets,
  Logger,
  PROCESS_INFO,
  Shutdown,
  type ProcessInfo,
} from '@app/platform';
import { Server, type ServerOptions } from 'socket.io';
import { EngineReader } from './backlog/engine-reader';
import { BACKLOG_LIMITS, SlowReaders } from './backlog/slow-readers';
import { Broadcaster } from './broadcaster';
import type { ClientNamespace, ClientServer, ClientSocket } from './client-socket';
import { clusterAdapter } from './cluster-adapter';
import { CorkingWebSocketServer } from './corking';
import { Dispatcher, type BoundHandler } from './dispatcher';
import { authenticate, originAllowed, refuse } from './handshake';
import { LiveSessions } from './live-sessions';
import { PlainConnection } from './plain/plain-connection';
import { PlainSockets } from './plain/plain-sockets';
import { REALTIME_OPTIONS, type RealtimeOptions } from './realtime.options';

/** Sockets that never authenticate are gone after this. */
const CONNECT_TIMEOUT_MS = 5_000;
const COMMAND_DEADLINE_MS = 4_500;
const COMMAND_RATE_MAX = 2_000;
/** Time over which clients are sent away at a shutdown, so that they do not all come back at once. */
const DRAIN_MS = 1_000;

/** Serves one namespace of contracts over Socket.IO: engine settings, handshake, dispatch, cluster, drain. */
export class RealtimeAdapter extends IoAdapter {
  private readonly options: RealtimeOptions;
  private readonly info: ProcessInfo;
  private readonly dispatcher: Dispatcher;
  private readonly farewells = new WeakMap<ClientSocket, (() => void)[]>();

  constructor(private readonly app: INestApplicationContext) {
    super(app);
    this.options = app.get<RealtimeOptions>(REALTIME_OPTIONS);
    this.info = app.get<ProcessInfo>(PROCESS_INFO);
    const { namespace, commandDeadlineMs = COMMAND_DEADLINE_MS } = this.options;
    const { commandRateMax = COMMAND_RATE_MAX } = this.options;
    const logger = app.get(Logger).child({ context: 'sockets' });
    const checkAnswers = !this.info.production;
    this.dispatcher = new Dispatcher(namespace, logger, checkAnswers, commandDeadlineMs, commandRateMax);
  }

  override createIOServer(_port: number, options?: Partial<ServerOptions>): ClientServer {
    const { allowedOrigins, maxFrameBytes, channel, namespace } = this.options;
    const server: ClientServer = new Server(this.httpServer as HttpServer, {
      ...options,
      path: namespace.path,
      serveClient: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxHttpBufferSize: maxFrameBytes,
      perMessageDeflate: false,
      httpCompression: false,
      wsEngine: CorkingWebSocketServer,
      cors: { origin: allowedOrigins.includes('*') ? true : allowedOrigins },
      allowRequest: (request, decide) => decide(null, originAllowed(allowedOrigins, request)),
      ...(channel && { adapter: clusterAdapter(channel, namespace.name) }),
    });
    this.nameSessions(server);
    const readers = new SlowReaders(namespace, { ...BACKLOG_LIMITS, ...this.options.backlog });
    server.engine.on('connection', (connection: ClientSocket['conn'] | PlainConnection) => {
      if (!(connection instanceof PlainConnection)) EngineReader.watch(connection, readers);
    });
    this.refuseElsewhere(server);
    const served = server.of(namespace.name);
    // One for each gateway class.
    served.setMaxListeners(0);
    const admit = authenticate(this.app.get(AccessTokens));
    served.use((socket, next) => void admit(socket, next));
    served.on('connection', (socket: ClientSocket) => this.count(socket));
    this.app.get(LiveSessions).watch(served);
    this.app.get(Broadcaster).attach(served);
    const plain = this.servePlain(server, readers);
    this.app.get(Shutdown).register('close-sockets', 'sockets', async () => {
      plain?.refuse();
      await this.drain(served);
      await plain?.close();
    });
    return server;
  }

  private servePlain(server: ClientServer, readers: SlowReaders): PlainSockets | undefined {
    const { namespace, ...options } = this.options;
    if (namespace.plainPath === undefined) return undefined;
    return new PlainSockets(server, this.httpServer as HttpServer, {
      ...options,
      path: namespace.plainPath,
      namespace: namespace.name,
      instance: this.info.instance,
      readers,
    });
  }

  override bindMessageHandlers(
    socket: ClientSocket,
    handlers: { message: string; callback: BoundHandler }[],
  ): void {
    this.dispatcher.bind(socket, handlers);
  }

  /** Nest wants to hear of it once for each gateway class: one listener for all of them. */
  override bindClientDisconnect(socket: ClientSocket, callback: () => void): void {
    const known = this.farewells.get(socket);
    if (known) {
      known.push(callback);
      return;
    }
    const farewells = [callback];
    this.farewells.set(socket, farewells);
    socket.on('disconnect', () => farewells.forEach((tell) => tell()));
  }

  /** Session ids carry the instance's name, so that the gateway finds the instance of a polling client without a cookie. */
  private nameSessions(server: ClientServer): void {
    server.engine.generateId = (_request: IncomingMessage) =>
      `${this.info.instance}.${randomBytes(18).toString('base64url')}`;
  }

  /** The stock client multiplexes all namespaces of an origin over one path; who asks for the wrong one is told the right one. */
  private refuseElsewhere(server: ClientServer): void {
    const here = this.options.namespace;
    for (const other of namespaces.filter((namespace) => namespace !== here)) {
      const hint = `use io(origin + '${other.name}', { path: '${other.path}' })`;
      server.of(other.name).use(refuse(`${other.name} is not served on ${here.path}; ${hint}`));
    }
    server
      .of('/')
      .use(refuse(`connect to a namespace: io(origin + '${here.name}', { path: '${here.path}' })`));
  }

  private count(socket: ClientSocket): void {
    const gauge = activeWebSockets.labels({ namespace: this.options.namespace.name });
    gauge.inc();
    socket.once('disconnect', () => gauge.dec());
  }

  /**
   * Tells the clients, then closes their connections spread over DRAIN_MS: the transport, not the socket, because the
   * stock client comes back by itself after the loss of a transport, but not after a server's `disconnect`.
   */
  private async drain(served: ClientNamespace): Promise<void> {
    const sockets = [...served.sockets.values()];
    served.local.emit(serverDraining.name, { withinMs: DRAIN_MS });
    await Promise.all(
      sockets.map(
        (socket, index) =>
          new Promise<void>((resolve) => {
            setTimeout(
              () => {
                socket.conn.close();
                resolve();
              },
              (index / sockets.length) * DRAIN_MS,
            );
          }),
      ),
    );
  }
}
