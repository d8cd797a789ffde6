import { endChildren } from './children.mjs';
import { onInterrupt } from './interrupt.mjs';

/** npm and the terminal both pass a Ctrl-C on: what follows this soon is the same one. */
const SAME_SIGNAL_MS = 1000;
const GRACE_MS = 12_000;

/** Ends the run: by a signal, or because it failed. What was started last is stopped first. */
export class Shutdown {
  #output;
  /** @type {(() => Promise<void> | void)[]} */
  #stops = [];
  /** @type {number | undefined} */
  #startedAt;
  #ready = false;

  /** @param {import('./output.mjs').Output} output */
  constructor(output) {
    this.#output = output;
    onInterrupt((signal) => void this.#onSignal(signal));
  }

  /** True once the end has begun. */
  get hasBegun() {
    return this.#startedAt !== undefined;
  }

  /** What to do at the end. @param {() => Promise<void> | void} stop */
  push(stop) {
    this.#stops.push(stop);
  }

  /** All is running: from now on the end is an orderly one. */
  ready() {
    this.#ready = true;
  }

  /** Stops everything and ends this process. @param {number} exitCode */
  async now(exitCode) {
    if (this.#startedAt !== undefined) return;
    this.#startedAt = Date.now();
    // While things are still being started, nobody has hold of them yet; the list of children has.
    if (!this.#ready) {
      this.#output.mute();
      await endChildren(GRACE_MS);
    }
    for (const stop of this.#stops.toReversed()) {
      try {
        await stop();
      } catch (error) {
        this.#output.failure(`while stopping: ${String(error)}`);
      }
    }
    await endChildren(GRACE_MS);
    this.#output.log({ name: 'start', level: 'info', message: 'stopped; nothing is left running' });
    process.exit(exitCode);
  }

  async #onSignal(signal) {
    if (this.#startedAt === undefined) {
      this.#output.log({ name: 'start', level: 'info', message: `${signal}: stopping (again to force)` });
      return this.now(0);
    }
    if (Date.now() - this.#startedAt < SAME_SIGNAL_MS) return;
    this.#output.log({ name: 'start', level: 'warn', message: `${signal} again: killing everything` });
    await endChildren(0);
    process.exit(130);
  }
}
