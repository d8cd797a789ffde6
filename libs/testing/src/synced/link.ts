import {
  ping,
  type ClientEvent,
  type Data,
  type Fields,
  type Namespace,
  type Page,
  type Refusal,
  type Success,
} from '@app/contracts';
import { io, type Socket } from 'socket.io-client';
import { AckError } from '../wire-errors';

/** Longer than the server's own deadline of four seconds: an answer that has not come by then never will. */
const ANSWER_MS = 5_000;
const CONNECT_MS = 5_000;
/** The engine's own ping takes up to a minute to notice a connection that is half open. */
const HEARTBEAT_MS = 2_500;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

export interface Answer<R> {
  data: Data<R>;
  page?: Omit<Page<unknown>, 'items'>;
}

export interface LinkOptions {
  namespace: Pick<Namespace, 'name' | 'path'>;
  /** Origins, tried in turn. */
  gateways: readonly string[];
  token: () => string;
  onUp: () => void;
  onDown: (reason: string) => void;
  /** `connection`: which one it came by, counted from 1. */
  onEvent: (name: string, payload: unknown, connection: number) => void;
}

/** One connection at a time, opened again, through the next gateway, for as long as it is wanted. */
export class Link {
  private socket: Socket | undefined;
  private timer: NodeJS.Timeout | undefined;
  private wanted = false;
  private wasUp = false;
  private turn = 0;
  private failures = 0;
  private connection = 0;

  constructor(private readonly options: LinkOptions) {}

  get isUp(): boolean {
    return this.socket?.connected ?? false;
  }

  open(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
  }

  close(): void {
    this.wanted = false;
    clearTimeout(this.timer);
    this.drop('closed');
  }

  /** Rejects with AckError when it was refused, with another error when nobody knows what has become of it. */
  async ask<P extends object, R>(event: ClientEvent<P, R>, payload: Fields<P>): Promise<Answer<R>> {
    const { socket } = this;
    if (!socket?.connected) throw new Error('not connected');
    let answer: Success<unknown> | Refusal;
    try {
      answer = (await socket.timeout(ANSWER_MS).emitWithAck(event.name, payload)) as typeof answer;
    } catch (error) {
      // Whoever does not answer is not there: another connection may lead elsewhere.
      if (socket === this.socket) this.lose('no answer');
      throw error;
    }
    if (!answer.ok) throw new AckError(event.name, answer.error);
    return answer as Answer<R>;
  }

  private connect(): void {
    const { namespace, gateways, token } = this.options;
    const origin = gateways[this.turn++ % gateways.length] ?? '';
    const socket = io(origin + namespace.name, {
      path: namespace.path,
      auth: { token: `Bearer ${token()}` },
      forceNew: true,
      reconnection: false,
      transports: ['websocket'],
    });
    this.socket = socket;
    const number = ++this.connection;
    this.timer = setTimeout(() => this.lose('no connection'), CONNECT_MS);
    socket.on('connect', () => {
      clearTimeout(this.timer);
      this.wasUp = true;
      this.failures = 0;
      this.listen();
      this.options.onUp();
    });
    socket.on('connect_error', ({ message }) => this.lose(message));
    socket.on('disconnect', (reason) => this.lose(reason));
    socket.onAny((name: string, payload: unknown) => this.options.onEvent(name, payload, number));
  }

  private listen(): void {
    this.timer = setTimeout(() => {
      this.ask(ping, {}).then(
        () => this.listen(),
        () => undefined,
      );
    }, HEARTBEAT_MS);
  }

  private lose(reason: string): void {
    this.drop(reason);
    if (!this.wanted) return;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures++);
    // Not all at the same moment: those who lost the same server would come back as one wave.
    this.timer = setTimeout(() => this.connect(), longest * (0.5 + Math.random() / 2));
  }

  private drop(reason: string): void {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = undefined;
    socket?.removeAllListeners();
    socket?.offAny();
    socket?.disconnect();
    if (this.wasUp) this.options.onDown(reason);
    this.wasUp = false;
  }
}
