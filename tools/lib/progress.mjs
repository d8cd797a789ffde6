const EVERY_MS = 100;
const FIRST_LINE_MS = 1_000;
const LINE_EVERY_MS = 5_000;

/**
 * What a command is at, on stderr, so that its answer on stdout stays clean: one line that changes on a terminal, a
 * line every few seconds elsewhere. Nothing for what is done within a second.
 */
export class Progress {
  #stream;
  #text = '';
  #drawn = false;
  #startedAt = Date.now();
  #saidAt = Date.now() - LINE_EVERY_MS + FIRST_LINE_MS;
  #timer;

  /** @param {NodeJS.WriteStream} [stream] */
  constructor(stream = process.stderr) {
    this.#stream = stream;
    this.#timer = setInterval(() => this.#tick(), EVERY_MS).unref();
  }

  /** @param {string} text */
  show(text) {
    this.#text = text;
  }

  /** A line that stays. @param {string} line */
  say(line) {
    this.#erase();
    this.#stream.write(`${line}\n`);
  }

  end() {
    clearInterval(this.#timer);
    this.#erase();
  }

  #tick() {
    if (this.#text === '' || Date.now() - this.#startedAt < FIRST_LINE_MS) return;
    if (this.#stream.isTTY) {
      this.#erase();
      this.#stream.write(this.#text.slice(0, (this.#stream.columns ?? 80) - 1));
      this.#drawn = true;
    } else if (Date.now() - this.#saidAt >= LINE_EVERY_MS) {
      this.#saidAt = Date.now();
      this.#stream.write(`  ${this.#text}\n`);
    }
  }

  #erase() {
    if (this.#drawn) this.#stream.write('\r\u001b[2K');
    this.#drawn = false;
  }
}
