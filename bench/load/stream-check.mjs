/** What one receiver got of one conversation, held against the gapless sequence that it must be. */
export class StreamCheck {
  delivered = 0;
  doubled = 0;
  outOfOrder = 0;
  #last;
  /** Numbers that were skipped and have not come since. */
  #missing = new Set();

  /** @param {number} last the conversation's newest `seq` before the load */
  constructor(last = 0) {
    this.#last = last;
  }

  /** @param {number} seq */
  add(seq) {
    this.delivered++;
    if (seq > this.#last) {
      for (let skipped = this.#last + 1; skipped < seq; skipped++) this.#missing.add(skipped);
      this.#last = seq;
    } else if (this.#missing.delete(seq)) {
      this.outOfOrder++;
    } else {
      this.doubled++;
    }
  }

  /** How many of the messages up to `newest` have not arrived. @param {number} newest */
  lostUpTo(newest) {
    return this.#missing.size + Math.max(0, newest - this.#last);
  }
}
