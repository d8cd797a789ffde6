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
  resolve: (data: unknown) => void;
  reject: (error: unknown) => void;
}

/** Commands about one conversation, in the order in which they were given. */
interface Lane {
  commands: Command[];
  isBusy: boolean;
}

/**
 * What the user wants done, until it is known what has become of it. What was not answered is said again, word by word, on this
 * or the next connection: with its `clientId` it is done once, however often it is said.
 *
 * One command at a time in each conversation. A client may send the next one before the answer to the first, and a connection keeps
 * their order; but if the first is then answered UNAVAILABLE, the second may be stored already, and the first comes behind it.
 */
export class CommandQueue {
  private readonly lanes = new Map<string, Lane>();

  constructor(private readonly link: Link) {}

  /** Rejects only when it is refused, and no repetition would change that. */
  run<P extends object, R>(name: string, event: ClientEvent<P, R>, payload: Fields<P>): Promise<Data<R>> {
    return new Promise((resolve, reject) => {
      const lane = this.lanes.get(name) ?? { commands: [], isBusy: false };
      this.lanes.set(name, lane);
      lane.commands.push({
        isRepeated: false,
        ask: async () => (await this.link.ask(event, payload)).data,
        resolve: resolve as (data: unknown) => void,
        reject,
      });
      void this.work(lane);
    });
  }

  /** To be called on every new connection. */
  resume(): void {
    for (const lane of this.lanes.values()) void this.work(lane);
  }

  private async work(lane: Lane): Promise<void> {
    if (lane.isBusy) return;
    lane.isBusy = true;
    for (let [command] = lane.commands; command && this.link.isUp; [command] = lane.commands) {
      if (await isSettled(command)) lane.commands.shift();
      else await delay(PAUSE_MS);
    }
    lane.isBusy = false;
  }
}

async function isSettled(command: Command): Promise<boolean> {
  try {
    command.resolve(await command.ask());
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
