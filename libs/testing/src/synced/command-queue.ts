import { setTimeout as delay } from 'node:timers/promises';
import { ERRORS, type ClientEvent, type Data, type Fields } from '@app/contracts';
import { WireError } from '../wire-errors';
import type { Link } from './link';

const PAUSE_MS = 200;

/**
 * A repetition was refused: it cannot be done any more. Whether it was done the first time, nobody has said; if it was, the
 * next sync shows it.
 */
export class RefusedLater extends Error {
  constructor(readonly refusal: WireError) {
    super(refusal.message, { cause: refusal });
  }
}

interface Command {
  /** An earlier try had no answer. */
  isRepeated: boolean;
  ask: () => Promise<unknown>;
  resolve: (settled: Settled<unknown>) => void;
  reject: (error: unknown) => void;
}

/** Commands about one conversation, in the order in which they were given; those of one row are said at once. */
interface Lane {
  rows: Command[][];
  isBusy: boolean;
}

export interface Settled<T> {
  data: T;
  /** By an answer to the first try. */
  isFirstTry: boolean;
}

/**
 * What the user wants done, until it is known what has become of it. What was not answered is said again, word by word, on this
 * or the next connection: with its `clientId` it is done once, however often it is said.
 *
 * One command at a time in each conversation, unless it is asked for a row: those are said without waiting for each other, and the
 * connection keeps their order; but if the first is then answered UNAVAILABLE, the second may be stored already, and the first comes
 * behind it.
 */
export class CommandQueue {
  private readonly lanes = new Map<string, Lane>();

  constructor(private readonly link: Link) {}

  /** Rejects only when it is refused, and no repetition would change that. */
  async run<P extends object, R>(
    name: string,
    event: ClientEvent<P, R>,
    payload: Fields<P>,
  ): Promise<Data<R>> {
    const [settled] = this.runRow(name, event, [payload]);
    return (await settled!).data;
  }

  /** The first tries of all go over one connection, one right behind the other. What is said later waits for all of them. */
  runRow<P extends object, R>(
    name: string,
    event: ClientEvent<P, R>,
    payloads: readonly Fields<P>[],
  ): Promise<Settled<Data<R>>>[] {
    const lane = this.lanes.get(name) ?? { rows: [], isBusy: false };
    this.lanes.set(name, lane);
    const row: Command[] = [];
    const answers = payloads.map(
      (payload) =>
        new Promise<Settled<Data<R>>>((resolve, reject) => {
          row.push({
            isRepeated: false,
            ask: async () => (await this.link.ask(event, payload)).data,
            resolve: resolve as Command['resolve'],
            reject,
          });
        }),
    );
    lane.rows.push(row);
    void this.work(lane);
    return answers;
  }

  /** To be called on every new connection. */
  resume(): void {
    for (const lane of this.lanes.values()) void this.work(lane);
  }

  private async work(lane: Lane): Promise<void> {
    if (lane.isBusy) return;
    lane.isBusy = true;
    for (let [row] = lane.rows; row && this.link.isUp; [row] = lane.rows) {
      const settled = await Promise.all(row.map(isSettled));
      lane.rows[0] = row.filter((_, index) => !settled[index]);
      if (lane.rows[0].length === 0) lane.rows.shift();
      else await delay(PAUSE_MS);
    }
    lane.isBusy = false;
  }
}

async function isSettled(command: Command): Promise<boolean> {
  try {
    const data = await command.ask();
    command.resolve({ data, isFirstTry: !command.isRepeated });
    return true;
  } catch (error) {
    if (error instanceof WireError && !ERRORS[error.code].retryable) {
      command.reject(command.isRepeated ? new RefusedLater(error) : error);
      return true;
    }
    command.isRepeated = true;
    return false;
  }
}
