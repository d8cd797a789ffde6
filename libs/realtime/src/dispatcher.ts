import {
  AppError,
  badRequest,
  conforms,
  errorNotice,
  parse,
  unavailable,
  type ClientEvent,
  type Namespace,
} from '@app/contracts';
import { isGuarded, success, toAppError, type Logger } from '@app/platform';
import { Counter } from 'prom-client';
import { Admitted } from './admitted';
import type { ClientSocket } from './client-socket';
import { Lane } from './lane';
import { OpenCommands, type Command } from './open-commands';
import { RateWindow } from './rate-window';

/** A gateway method, bound to its socket by Nest. */
export type BoundHandler = (payload: object) => unknown;
type Ack = (answer: object) => void;
type AnyClientEvent = ClientEvent;

const RATE_WINDOW_MS = 10_000;
const IN_ORDER = isGuarded('serial-lane');

const events = new Counter({
  name: 'socket_events_total',
  help: 'Client events answered, by outcome (ok or the error code).',
  labelNames: ['event', 'outcome'],
});

/**
 * The one listener of a socket: finds the contract, validates, runs the handlers of a socket in order, and answers
 * every event, whatever happens. One per socket in place of Nest's listener and rxjs chain per handler and socket.
 */
export class Dispatcher {
  private readonly succeeded: Map<string, Counter.Internal>;
  private readonly contracts: Map<string, AnyClientEvent>;
  private readonly handlers = new WeakMap<ClientSocket, Map<string, BoundHandler>>();
  private readonly open: OpenCommands;
  private readonly rate: RateWindow<number> | undefined;

  constructor(
    namespace: Namespace,
    private readonly logger: Logger,
    /** Also check what we answer; a slip of ours becomes INTERNAL before a client can rely on it. */
    private readonly checkAnswers: boolean,
    /** Milliseconds from its arrival in which each command is answered, wherever it waits. */
    deadlineMs: number,
    /** Commands of one user in ten seconds; 0: any number. */
    rateMax: number,
  ) {
    if (rateMax > 0) this.rate = new RateWindow(rateMax, RATE_WINDOW_MS);
    this.open = new OpenCommands(deadlineMs, (command) => this.refuse(command));
    this.succeeded = new Map(namespace.client.map(({ name }) => [name, events.labels(name, 'ok')]));
    this.contracts = new Map(
      namespace.client.map((contract) => [contract.name, contract as unknown as AnyClientEvent]),
    );
  }

  /** Each gateway class of the namespace brings its handlers; the first one makes the socket listen. */
  bind(socket: ClientSocket, handlers: { message: string; callback: BoundHandler }[]): void {
    let own = this.handlers.get(socket);
    if (!own) {
      this.handlers.set(socket, (own = new Map<string, BoundHandler>()));
      // The protocol allows numbers as names; here they are text like any other.
      socket.onAny((event: string | number, ...args: unknown[]) => this.receive(socket, String(event), args));
    }
    for (const { message, callback } of handlers) own.set(message, callback);
  }

  private receive(socket: ClientSocket, event: string, args: unknown[]): void {
    const last = args.at(-1);
    const ack = typeof last === 'function' ? (last as Ack) : undefined;
    const payloads = ack ? args.slice(0, -1) : args;
    const requestId = `${socket.id}.${++socket.data.count}`;
    try {
      const contract = this.contracts.get(event);
      const handler = this.handlers.get(socket)?.get(event);
      if (!contract || !handler)
        throw badRequest('event', `must be one of this namespace, not ${event.slice(0, 64)}`);
      this.rate?.spend(socket.data.principal.userId, 'commands');
      if (payloads.length > 1)
        throw badRequest('payload', `must be one object, got ${payloads.length} arguments`);
      const input = parse(contract.payload, payloads[0] ?? {});
      const since = performance.now();
      this.enqueue({ socket, contract, requestId, ack, since, hasBegun: false }, handler, input);
    } catch (error) {
      this.fail(socket, event, ack, requestId, error);
    }
  }

  private enqueue(command: Command, handler: BoundHandler, input: object): void {
    this.open.add(command);
    try {
      const task = () => this.admit(command, handler, input);
      if (IN_ORDER) (command.socket.data.lane ??= new Lane()).run(task);
      else void task();
    } catch (error) {
      this.conclude(command, error);
    }
  }

  /** Ends when the socket's next event may start. */
  private async admit(command: Command, handler: BoundHandler, input: object): Promise<void> {
    const { socket, requestId } = command;
    // Nobody waits for it any more.
    if (!this.open.has(command)) return;
    // Its session has ended, or its client is gone: what still waits has no right to be done, and nobody to be answered.
    if (!socket.connected) {
      this.open.remove(command);
      return;
    }
    command.hasBegun = true;
    try {
      socket.data.requestId = requestId;
      const result = await handler(input);
      if (result instanceof Admitted) {
        result.answer
          .then((answer) => this.answer(command, answer))
          .catch((error: unknown) => this.conclude(command, error));
      } else this.answer(command, result);
    } catch (error) {
      this.conclude(command, error);
    }
  }

  private answer(command: Command, result: unknown): void {
    const { contract, requestId, ack } = command;
    const envelope = success(contract.ack, result);
    if (this.checkAnswers) {
      const problems = conforms(contract.ack, envelope.data);
      if (problems.length > 0) {
        this.logger.error('an answer breaks its contract', { event: contract.name, problems, requestId });
        this.conclude(command, new Error('answer breaks its contract'));
        return;
      }
    }
    if (!this.open.remove(command)) return;
    this.succeeded.get(contract.name)?.inc();
    ack?.(envelope);
  }

  /** Its deadline has passed. What has begun goes on, and keeps its place in the order. */
  private refuse({ socket, contract, ack, requestId, hasBegun }: Command): void {
    const notBegun = 'not done: what was asked before it on this connection has not ended in time; retry';
    const error = hasBegun ? unavailable('the service') : new AppError('UNAVAILABLE', notBegun);
    this.fail(socket, contract.name, ack, requestId, error);
  }

  private conclude(command: Command, thrown: unknown): void {
    const { socket, contract, ack, requestId } = command;
    if (this.open.remove(command)) this.fail(socket, contract.name, ack, requestId, thrown);
  }

  private fail(
    socket: ClientSocket,
    event: string,
    ack: Ack | undefined,
    requestId: string,
    thrown: unknown,
  ): void {
    const error = toAppError(thrown);
    events.inc({ event: this.contracts.has(event) ? event : 'unknown', outcome: error.code });
    if (error.code === 'INTERNAL') {
      this.logger.error('event failed', thrown instanceof Error ? thrown : { thrown }, { event, requestId });
    }
    if (ack) ack({ ok: false, error: error.toBody(requestId) });
    else
      socket.emit(errorNotice.name, { code: error.code, message: error.message, event: event.slice(0, 64) });
  }
}
