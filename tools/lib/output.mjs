import { asJson, asText, paint, toEntry } from './log-format.mjs';

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const REPORT_EVERY_MS = 10_000;

/**
 * What a person or a machine sees of a run: steps with live progress, facts, and the services' lines. Text for a
 * terminal, one JSON object a line otherwise.
 */
export class Output {
  #stream;
  #text;
  /** @type {Map<string, { startedAt: number, reportedAt: number }>} */
  #steps = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #frame = 0;
  #drawn = false;
  #muted = false;

  /** @param {{ stream?: NodeJS.WriteStream, format?: 'text' | 'json' }} [options] */
  constructor({ stream = process.stdout, format } = {}) {
    this.#stream = stream;
    this.#text = (format ?? (stream.isTTY ? 'text' : 'json')) === 'text';
    // A terminal that went away must not stop us from stopping in order.
    stream.on('error', () => {});
  }

  get isText() {
    return this.#text;
  }

  /**
   * Does one step of the work and shows how long it takes.
   * @template T
   * @param {string} title
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    const startedAt = Date.now();
    this.#steps.set(title, { startedAt, reportedAt: startedAt - REPORT_EVERY_MS + 1000 });
    if (!this.#muted) this.#timer ??= setInterval(() => this.#tick(), 100).unref();
    try {
      const result = await work();
      this.#finish(title, 'info', `${title} (${seconds(startedAt)} s)`, { step: title, state: 'done' });
      return result;
    } catch (error) {
      this.#finish(title, 'error', `${title} failed after ${seconds(startedAt)} s`, {
        step: title,
        state: 'failed',
      });
      throw error;
    }
  }

  /** A fact: `log` of the other modules. */
  log = ({ name, level, message, ...facts }) => {
    const entry = toEntry({ name, level, message, ...facts });
    this.#print(
      this.#text ? asText(name, JSON.stringify({ level: entry.level, msg: message })) : JSON.stringify(entry),
    );
  };

  /** A line of a service: `onOutput` of the system. */
  output = (name, line) => {
    this.#print(this.#text ? asText(name, line) : asJson(name, line));
  };

  /** Free text for a person, the same facts for a machine. @param {string} text @param {object} facts */
  summary(text, facts) {
    this.#print(
      this.#text
        ? text
        : JSON.stringify({ ...toEntry({ name: 'start', level: 'info', message: 'ready' }), ...facts }),
    );
  }

  /** What went wrong and what to do next; never muted. @param {string} message @param {string} [advice] */
  failure(message, advice) {
    this.#muted = false;
    const text = `${paint(31, '✖')} ${message}${advice ? `\n${paint(33, '→')} ${advice}` : ''}`;
    this.#print(
      this.#text ? text : JSON.stringify({ ...toEntry({ name: 'start', level: 'error', message }), advice }),
    );
  }

  /** No more steps and facts: what is being started is being ended. */
  mute() {
    this.#erase();
    clearInterval(this.#timer);
    this.#muted = true;
  }

  #finish(title, level, message, facts) {
    this.#steps.delete(title);
    if (this.#steps.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const mark = level === 'error' ? paint(31, '✖') : paint(32, '✔');
    this.#print(
      this.#text
        ? `${mark} ${message}`
        : JSON.stringify({ ...toEntry({ name: 'start', level, message }), ...facts }),
    );
  }

  #tick() {
    if (this.#text && this.#stream.isTTY) return this.#draw();
    for (const [title, step] of this.#steps) {
      if (Date.now() - step.reportedAt < REPORT_EVERY_MS) continue;
      step.reportedAt = Date.now();
      const message = `${title} … ${seconds(step.startedAt)} s`;
      const facts = { step: title, state: 'running' };
      this.#print(
        this.#text
          ? `  ${message}`
          : JSON.stringify({ ...toEntry({ name: 'start', level: 'info', message }), ...facts }),
      );
    }
  }

  #draw() {
    const steps = [...this.#steps]
      .map(([title, step]) => `${title} ${seconds(step.startedAt)} s`)
      .join(' · ');
    const width = (this.#stream.columns ?? 80) - 3;
    this.#erase();
    this.#stream.write(`${paint(36, FRAMES[this.#frame++ % FRAMES.length] ?? '')} ${steps.slice(0, width)}`);
    this.#drawn = true;
  }

  #erase() {
    if (this.#drawn) this.#stream.write('\r\u001b[2K');
    this.#drawn = false;
  }

  #print(text) {
    if (this.#muted) return;
    this.#erase();
    this.#stream.write(`${text}\n`);
  }
}

function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(1);
}
