import type {
  ClientEvent,
  Data,
  Fields,
  Namespace,
  Page,
  Refusal,
  ServerEvent,
  Success,
} from '@app/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { Inbox } from './inbox';
import { AckError } from './wire-errors';
import { noteEvent } from './contract-use';

const ACK_TIMEOUT_MS = 10_000;
const RECEIVE_TIMEOUT_MS = 5_000;

export type ConnectOptions = Partial<ManagerOptions & SocketOptions> & {
  /** Another origin than the gateway's, for example that of one instance. */
  origin?: string;
};

export type RawAck = Success<unknown> | Refusal;

/** The server refused the handshake; `data` is what it said beside the message. */
export class ConnectError extends Error {
  constructor(
    message: string,
    readonly data: unknown,
  ) {
    super(message);
  }

  get code(): unknown {
    return typeof this.data === 'object' && this.data !== null && 'code' in this.data
      ? this.data.code
      : undefined;
  }
}

/** One socket of the stock client in one namespace, with the memory of all that it received. */
export class Connection {
  private readonly inbox = new Inbox();

  private constructor(readonly socket: Socket) {
    socket.onAny((name: string, payload: unknown) => this.inbox.add(name, payload));
  }

  /** Resolves when the namespace has let us in; rejects with ConnectError when it refuses. */
  static async open(
    namespace: Pick<Namespace, 'name' | 'path'>,
    origin: string,
    // As an option of the client it would be the Origin header.
    { origin: at = origin, ...options }: ConnectOptions,
  ): Promise<Connection> {
    const settings = {
      forceNew: true,
      path: namespace.path,
      reconnectionDelay: 50,
      reconnectionDelayMax: 500,
      ...options,
    };
    const socket = io(at + namespace.name, settings);
    const connection = new Connection(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => {
        socket.off('connect_error');
        resolve();
      });
      socket.once('connect_error', (error: Error & { data?: unknown }) => {
        socket.disconnect();
        reject(new ConnectError(error.message, error.data));
      });
    });
    return connection;
  }

  /** The data of the ack; throws AckError when the event was refused, Error when no ack came. */
  async emit<P extends object, R>(event: ClientEvent<P, R>, payload: Fields<P>): Promise<Data<R>> {
    return (await this.ask(event, payload)).data;
  }

  /** Like `emit`, with the facts that stand beside the data. */
  async ask<P extends object, R>(
    event: ClientEvent<P, R>,
    payload: Fields<P>,
  ): Promise<{ data: Data<R>; page?: Omit<Page<unknown>, 'items'> }> {
    const ack = await this.emitRaw(event.name, payload);
    if (!ack.ok) throw new AckError(event.name, ack.error);
    return ack as { data: Data<R>; page?: Omit<Page<unknown>, 'items'> };
  }

  /** Any name, any arguments; the ack as it came. */
  async emitRaw(name: string, ...args: unknown[]): Promise<RawAck> {
    try {
      const ack = (await this.socket.timeout(ACK_TIMEOUT_MS).emitWithAck(name, ...args)) as RawAck;
      noteEvent(name, ack.ok ? 'ok' : ack.error.code);
      return ack;
    } catch (error) {
      throw new Error(`${name} was not acked: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  /** The first match, had already or still to come. */
  async receives<P extends object>(
    event: ServerEvent<P>,
    matches: (payload: P) => boolean = () => true,
    withinMs = RECEIVE_TIMEOUT_MS,
  ): Promise<P> {
    const [first] = await this.inbox.wait(event.name, 1, matches, withinMs);
    return first!;
  }

  /** The first `count` matches, had already or still to come. */
  receivesMany<P extends object>(
    event: ServerEvent<P>,
    count: number,
    matches: (payload: P) => boolean = () => true,
    withinMs = RECEIVE_TIMEOUT_MS,
  ): Promise<P[]> {
    return this.inbox.wait(event.name, count, matches, withinMs);
  }

  /** What came so far. */
  received<P extends object>(event: ServerEvent<P>, matches?: (payload: P) => boolean): P[] {
    return this.inbox.list(event.name, matches);
  }

  /** Holds when nothing that matches came before `until` (something later on the same way) has happened. */
  async receivesNothing<P extends object>(
    event: ServerEvent<P>,
    matches: (payload: P) => boolean,
    { until }: { until: Promise<unknown> },
  ): Promise<void> {
    await until;
    const unwanted = this.received(event, matches);
    if (unwanted.length > 0) throw new Error(`expected no ${event.name}, got ${JSON.stringify(unwanted)}`);
  }

  /** Resolves at the next successful connect after the present or next loss of the connection. */
  reconnected(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once('connect', resolve);
    });
  }

  close(): void {
    this.socket.disconnect();
  }
}
