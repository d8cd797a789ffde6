import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { AppError, badRequest, errorNotice } from '@app/contracts';
import type { RawData, WebSocket } from 'ws';
import { LAST_WORDS_MS, type Reader, type SlowReaders } from '../backlog/slow-readers';
import { FrameQueue } from './frame-queue';
import { answerFrame, eventFrame, readFrame, readPacket, withId, type FrameId, type Refused } from './frames';

/** Why we close, as WebSocket codes. */
const CODES = {
  /** The right to this connection has ended, or was never there: the token or its session. */
  unauthorized: 4401,
  /** This process goes: connect again. */
  restart: 1012,
  /** Not now: try again later. */
  later: 1013,
  unsupported: 1003,
} as const;

export interface PlainSettings {
  namespace: string;
  readers: SlowReaders;
}

interface WriteOptions {
  preEncoded?: boolean;
}

/** Of one broadcast, what goes to all plain connections: translated once. Socket.IO hands over the same options for each socket. */
const broadcasts = new WeakMap<WriteOptions, Buffer>();

/**
 * A WebSocket that speaks plain JSON frames, as an Engine.IO connection in the eyes of the Socket.IO server: that has the
 * namespace, the handshake, the rooms, the cluster and the dispatcher, and need not know who is who.
 */
export class PlainConnection extends EventEmitter implements Reader {
  readonly protocol = 4;
  readonly transport = { name: 'plain', writable: true };
  readonly remoteAddress: string | undefined;
  readyState: 'open' | 'closing' | 'closed' = 'open';
  /** Has shown a sign of life since it was last asked for one. */
  alive = true;
  private code: number = CODES.later;
  private asked = 0;
  private readonly questions = new Map<number, FrameId>();
  private readonly queue: FrameQueue;
  private goodbye: NodeJS.Timeout | undefined;

  constructor(
    readonly id: string,
    readonly request: IncomingMessage,
    private readonly socket: WebSocket,
    private readonly settings: PlainSettings,
  ) {
    super();
    this.remoteAddress = request.socket.remoteAddress;
    this.queue = new FrameQueue(socket);
    // What it says waits in the kernel until it is let in.
    socket.pause();
    socket.on('message', (data, isBinary) => this.hear(data, isBinary));
    socket.on('pong', () => (this.alive = true));
    // Followed by `close`.
    socket.on('error', () => undefined);
    socket.once('close', () => this.gone());
  }

  /** Asks to be let in, with what the request brought along. The Socket.IO server must listen by now. */
  knock(): void {
    this.emit('data', `0${this.settings.namespace},`);
  }

  /** For the Socket.IO server: one packet. */
  write(packet: string | Buffer, options: WriteOptions = {}): void {
    if (this.readyState !== 'open' || typeof packet !== 'string') return;
    if (this.waitingPackets > 0 && !this.settings.readers.admits(this, packet)) return;
    const known = options.preEncoded ? broadcasts.get(options) : undefined;
    if (known) {
      this.send(known);
      return;
    }
    const said = readPacket(packet, this.settings.namespace);
    switch (said?.kind) {
      case 'connected':
        this.letIn();
        break;
      case 'refused':
        this.refuse(said.reason);
        break;
      case 'disconnected':
        this.code = CODES.unauthorized;
        // Socket.IO still has something to do with it in this turn.
        setImmediate(() => this.close());
        break;
      case 'event': {
        if (!options.preEncoded) return this.send(said.text);
        const frame = Buffer.from(said.text);
        broadcasts.set(options, frame);
        this.send(frame);
        break;
      }
      case 'ack':
        this.answer(said.id, said.answer);
        break;
      case undefined:
        break;
    }
  }

  get waitingBytes(): number {
    return this.queue.bytes;
  }

  get waitingPackets(): number {
    return this.queue.length;
  }

  end(notice: string): void {
    if (this.readyState !== 'open') return;
    this.queue.clear();
    this.code = CODES.later;
    this.write(notice);
    this.close();
  }

  /** For the Socket.IO server, and for those who clean up. */
  close(): void {
    if (this.readyState !== 'open') return;
    this.readyState = 'closing';
    // A paused socket would not hear the goodbye.
    this.socket.resume();
    this.queue.end(() => this.socket.close(this.code));
    this.goodbye = setTimeout(() => this.terminate(), LAST_WORDS_MS).unref();
    this.emit('close', 'forced close');
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** One beat of the heart: who did not answer the last one is dead. */
  beat(): void {
    if (!this.alive) {
      this.terminate();
      return;
    }
    this.alive = false;
    this.socket.ping();
  }

  private letIn(): void {
    this.code = CODES.restart;
    this.socket.resume();
  }

  /** Says why, as in a `connect_error`, then closes. */
  private refuse({ code, message }: Refused): void {
    this.send(eventFrame(errorNotice.name, { code, message, event: 'connect' }));
    this.code = code === 'AUTH_INVALID' ? CODES.unauthorized : CODES.later;
    this.close();
  }

  private hear(data: RawData, isBinary: boolean): void {
    if (this.readyState !== 'open') return;
    this.alive = true;
    if (isBinary) {
      this.complain(undefined, badRequest('frame', 'must be text, not binary'));
      this.code = CODES.unsupported;
      this.close();
      return;
    }
    // Text frames come as one buffer: `binaryType` is the default.
    const { id, args } = readFrame((data as Buffer).toString());
    if (args instanceof AppError) {
      this.complain(id, args);
      return;
    }
    const question = id === undefined ? '' : this.remember(id);
    this.emit('data', `2${this.settings.namespace},${question}${args}`);
  }

  private remember(id: FrameId): number {
    this.questions.set(++this.asked, id);
    return this.asked;
  }

  private answer(question: number, answer: string): void {
    const id = this.questions.get(question);
    if (id === undefined) return;
    this.questions.delete(question);
    this.send(withId(id, answer));
  }

  /** An answer, when it is known to what; else an event. */
  private complain(id: FrameId | undefined, error: AppError): void {
    const { code, message } = error;
    if (id === undefined) this.send(eventFrame(errorNotice.name, { code, message, event: 'frame' }));
    else this.send(answerFrame(id, { ok: false, error: error.toBody(`${this.id}.${++this.asked}`) }));
  }

  private send(frame: string | Buffer): void {
    this.queue.send(frame);
  }

  private gone(): void {
    clearTimeout(this.goodbye);
    const told = this.readyState !== 'open';
    this.readyState = 'closed';
    if (!told) this.emit('close', 'transport close');
    this.emit('gone');
  }
}
