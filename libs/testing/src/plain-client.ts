import { once } from 'node:events';
import type { ClientEvent, Data, ErrorBody, Fields, ServerEvent } from '@app/contracts';
import { WebSocket, type ClientOptions } from 'ws';
import { Inbox } from './inbox';
import { AckError } from './wire-errors';

const TIMEOUT_MS = 10_000;

interface Answer {
  id: string | number;
  ok: boolean;
  data?: unknown;
  error?: ErrorBody;
}

/** A client without Socket.IO: JSON frames over a bare WebSocket, with the memory of all that it received. */
export class PlainClient {
  private readonly inbox = new Inbox();
  private readonly answers = new Inbox();
  private asked = 0;
  /** The code that the connection was closed with. */
  readonly closed: Promise<number>;

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    // Each thing that is said before it is open listens.
    socket.setMaxListeners(0);
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { event: string; data: unknown } | Answer;
      if ('event' in frame) this.inbox.add(frame.event, frame.data);
      else this.answers.add(`${typeof frame.id} ${frame.id}`, frame);
    });
  }

  /** Does not wait: what is said before it is open is sent then. */
  static connect(origin: string, token?: string, options: ClientOptions = {}, more = ''): PlainClient {
    const query = token === undefined ? '' : `?token=${encodeURIComponent(token)}${more}`;
    return new PlainClient(new WebSocket(`${origin.replace(/^http/, 'ws')}/ws${query}`, options));
  }

  /** Resolves when the server has agreed to speak WebSocket, which says nothing of the token. */
  static async open(origin: string, token?: string, options: ClientOptions = {}): Promise<PlainClient> {
    const client = PlainClient.connect(origin, token, options);
    await once(client.socket, 'open');
    return client;
  }

  /** Text as it is; waits until the connection is open. */
  say(text: string | Buffer): void {
    if (this.socket.readyState === WebSocket.CONNECTING) this.socket.once('open', () => this.say(text));
    else this.socket.send(text);
  }

  /** Any frame with an id; its answer as it came. */
  async answerTo(frame: { id: string | number; [field: string]: unknown }): Promise<Answer> {
    this.say(JSON.stringify(frame));
    const name = `${typeof frame.id} ${frame.id}`;
    const [answer] = await this.answers.wait<Answer>(name, 1, () => true, TIMEOUT_MS);
    return answer!;
  }

  /** The data of the answer; throws AckError when the event was refused. */
  async emit<P extends object, R>(event: ClientEvent<P, R>, data: Fields<P>): Promise<Data<R>> {
    const answer = await this.answerTo({ id: `question ${++this.asked}`, event: event.name, data });
    if (answer.error) throw new AckError(event.name, answer.error);
    return answer.data as Data<R>;
  }

  /** The first match, had already or still to come. */
  async receives<P extends object>(
    { name }: ServerEvent<P>,
    matches: (payload: P) => boolean = () => true,
  ): Promise<P> {
    const [first] = await this.inbox.wait(name, 1, matches, TIMEOUT_MS);
    return first!;
  }

  /** What came so far. */
  received<P extends object>({ name }: ServerEvent<P>, matches?: (payload: P) => boolean): P[] {
    return this.inbox.list(name, matches);
  }

  close(): void {
    this.socket.close();
  }
}
