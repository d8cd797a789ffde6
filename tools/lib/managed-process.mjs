import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { addChild, isClosing, removeChild } from './children.mjs';
import { messageOf } from './failure.mjs';

const TAIL_LINES = 20;
/** One that ends for the first time is missed: it comes back at once. */
const FIRST_BACKOFF_MS = 100;
const RESTART_AGAIN_MS = 500;
const LONGEST_BACKOFF_MS = 10_000;
/** A process that lived this long is taken for healthy: its next failure starts at the first backoff again. */
const HEALTHY_AFTER_MS = 30_000;

/**
 * @typedef {object} ProcessSpec
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string} [cwd]
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {(signal: AbortSignal) => Promise<void>} ready resolves when the process does its work
 * @property {number} [readyTimeoutMs] default 60000
 * @property {NodeJS.Signals} [stopSignal] default SIGTERM
 * @property {number} [stopTimeoutMs] default 10000, then SIGKILL
 * @property {boolean} [autoRestart] start again, with growing pauses, whenever it ends by itself
 * @property {(line: string) => void} [onLine] its output
 * @property {(level: 'info' | 'warn' | 'error', message: string) => void} [onEvent]
 */

/** One child process in a process group of its own, with its readiness, its restarts and its end. */
export class ManagedProcess {
  /** @type {ProcessSpec} */ #spec;
  /** @type {import('node:child_process').ChildProcess | null} */ #child = null;
  /** @type {Promise<unknown>} */ #exited = Promise.resolve();
  /** @type {string[]} */ #tail = [];
  /** @type {NodeJS.Timeout | undefined} */ #restartTimer;
  #wasReady = false;
  #stopping = false;
  #failures = 0;

  /** @param {ProcessSpec} spec */
  constructor(spec) {
    this.#spec = spec;
  }

  get name() {
    return this.#spec.name;
  }

  /** Undefined while the process is down. */
  get pid() {
    return this.#child?.pid;
  }

  /** Starts the process; resolves when it is ready, rejects (with its last output) when it ends before. */
  async start() {
    this.#stopping = false;
    try {
      await this.#launch();
      this.#wasReady = true;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Sends a signal to the process itself; SIGKILL by default, as a crash would end it. @param {NodeJS.Signals} signal */
  kill(signal = 'SIGKILL') {
    this.#child?.kill(signal);
  }

  /** Resolves when the process that runs now has ended. */
  async exited() {
    await this.#exited;
  }

  /** Stops the process if it runs, then starts it on the same ports and data; resolves when it is ready. */
  async restart() {
    await this.stop();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.start();
      } catch (error) {
        // What a killed process leaves behind (shared memory, half-closed ports) may need a moment to go.
        if (attempt === 5) throw error;
        await delay(RESTART_AGAIN_MS);
      }
    }
  }

  /** Ends the process: its stop signal first, SIGKILL for the whole group after the timeout. */
  async stop() {
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (!child) return;
    const timer = setTimeout(() => {
      this.#event('warn', `does not stop, killing it (pid ${child.pid})`);
      this.killGroup();
    }, this.#spec.stopTimeoutMs ?? 10_000);
    child.kill(this.#spec.stopSignal ?? 'SIGTERM');
    await this.#exited;
    clearTimeout(timer);
  }

  /** SIGKILL for the process and everything in its group. */
  killGroup() {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }

  async #launch() {
    const spec = this.#spec;
    this.#tail = [];
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      uid: spec.uid,
      gid: spec.gid,
      // A group of its own: Ctrl-C reaches the supervisor only, which then stops things in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const startedAt = Date.now();
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', this.#line);
    const ended = endOf(child);
    this.#exited = ended.then((how) => this.#onExit(child, startedAt, how));
    if (child.pid !== undefined) {
      this.#child = child;
      addChild({ name: spec.name, pid: child.pid, signal: spec.stopSignal ?? 'SIGTERM' });
    }
    await this.#untilReady(ended);
  }

  /** @param {Promise<string>} ended */
  async #untilReady(ended) {
    const giveUp = new AbortController();
    const timeoutMs = this.#spec.readyTimeoutMs ?? 60_000;
    const ready = this.#spec.ready(giveUp.signal);
    ready.catch(() => {});
    try {
      const outcome = await Promise.race([
        ready.then(() => 'ready'),
        ended,
        delay(timeoutMs, `no answer within ${timeoutMs / 1000} s`, { signal: giveUp.signal }),
      ]);
      if (outcome === 'ready') return;
      // The last lines of output may still be on their way.
      await delay(100);
      throw new Error(`${this.name} did not become ready: ${outcome}${this.#lastOutput()}`);
    } finally {
      giveUp.abort();
    }
  }

  /** @param {import('node:child_process').ChildProcess} child @param {number} startedAt @param {string} how */
  #onExit(child, startedAt, how) {
    if (child.pid !== undefined) removeChild(child.pid);
    this.#child = null;
    if (this.#stopping || !this.#wasReady || isClosing()) return;
    if (!this.#spec.autoRestart) return this.#event('warn', how);
    if (Date.now() - startedAt > HEALTHY_AFTER_MS) this.#failures = 0;
    const pause = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failures++, LONGEST_BACKOFF_MS);
    this.#event('warn', `${how}, starting it again in ${pause / 1000} s`);
    this.#restartTimer = setTimeout(() => void this.#startAgain(), pause);
  }

  async #startAgain() {
    try {
      await this.#launch();
      this.#event('info', `is ready again (pid ${this.pid})`);
    } catch (error) {
      if (this.#stopping) return;
      this.#event('error', messageOf(error));
      // If it hangs: its end brings the next attempt.
      this.killGroup();
    }
  }

  #line = (line) => {
    if (this.#tail.push(line) > TAIL_LINES) this.#tail.shift();
    this.#spec.onLine?.(line);
  };

  #lastOutput() {
    return this.#tail.length === 0
      ? ''
      : `; its last output:\n${this.#tail.map((line) => `    ${line}`).join('\n')}`;
  }

  #event(level, message) {
    this.#spec.onEvent?.(level, message);
  }
}

/** How a child ended, in words; never rejects. @param {import('node:child_process').ChildProcess} child */
function endOf(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`cannot be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(signal ? `ended by ${signal}` : `ended with exit code ${code}`),
    );
  });
}
