import type { ClientEvent } from '@app/contracts';
import type { ClientSocket } from './client-socket';

/** A client event between its arrival and its answer. */
export interface Command {
  readonly socket: ClientSocket;
  readonly contract: ClientEvent;
  readonly requestId: string;
  readonly ack: ((answer: object) => void) | undefined;
  /** When it arrived, performance.now(). */
  readonly since: number;
  /** Its handler has been called. */
  hasBegun: boolean;
}

/** Looks at what waits are at least so far apart: many commands that arrived one after the other are refused together. */
const SWEEP_MS = 50;

/**
 * The commands of all sockets that have no answer yet, in the order in which they arrived. Nobody waits for one longer than
 * the deadline: not behind another one of the same socket either.
 */
export class OpenCommands {
  private readonly commands = new Set<Command>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deadlineMs: number,
    /** Called for each that is overdue; it is not open any more then. */
    private readonly refuse: (command: Command) => void,
  ) {}

  add(command: Command): void {
    this.commands.add(command);
    this.timer ??= this.sweepIn(this.deadlineMs);
  }

  has(command: Command): boolean {
    return this.commands.has(command);
  }

  /** False: it has had its answer already. */
  remove(command: Command): boolean {
    return this.commands.delete(command);
  }

  private sweepIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.sweep(), Math.max(ms, SWEEP_MS)).unref();
  }

  private sweep(): void {
    this.timer = undefined;
    const overdue = this.overdue(performance.now() - this.deadlineMs);
    for (const command of overdue) this.commands.delete(command);
    const [oldest] = this.commands;
    if (oldest) this.timer = this.sweepIn(oldest.since + this.deadlineMs - performance.now());
    for (const command of overdue) this.refuse(command);
  }

  /** And what waits behind them: a later command must not overtake the repeat of an earlier one. */
  private overdue(before: number): Command[] {
    const stalled = new Set<ClientSocket>();
    const overdue: Command[] = [];
    for (const command of this.commands) {
      const isLate = command.since <= before;
      if (!isLate && stalled.size === 0) break;
      if (isLate) stalled.add(command.socket);
      else if (command.hasBegun || !stalled.has(command.socket)) continue;
      overdue.push(command);
    }
    return overdue;
  }
}
