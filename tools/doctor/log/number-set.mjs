const FIRST_BYTES = 1_024;
/** 128 Mi numbers, in 16 MiB: more changes than a conversation can have. */
const MAX_NUMBER = 2 ** 27;

/** Which of the numbers 1, 2, 3, … have been seen: a bit for each. */
export class NumberSet {
  #bits = new Uint8Array(FIRST_BYTES);
  #last = 0;

  get last() {
    return this.#last;
  }

  /** `double`: seen before; `odd`: no number that is ever given. @param {unknown} number */
  add(number) {
    if (!Number.isSafeInteger(number) || number < 1 || number > MAX_NUMBER) return 'odd';
    const [byte, bit] = [number >> 3, 1 << (number & 7)];
    if (byte >= this.#bits.length) this.#grow(byte);
    if (this.#bits[byte] & bit) return 'double';
    this.#bits[byte] |= bit;
    this.#last = Math.max(this.#last, number);
    return 'new';
  }

  /** The holes up to the last one, at most `limit` of them, each with its first and its last number. */
  holes(limit) {
    const holes = [];
    for (let number = 1; number < this.#last && holes.length < limit; number++) {
      if (this.#has(number)) continue;
      const from = number;
      while (!this.#has(number + 1)) number++;
      holes.push({ from, to: number });
    }
    return holes;
  }

  #has(number) {
    return (this.#bits[number >> 3] & (1 << (number & 7))) !== 0;
  }

  #grow(byte) {
    const bits = new Uint8Array(2 ** Math.ceil(Math.log2(byte + 1)));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}

/** @param {{ from: number, to: number }} hole */
export const rangeOf = ({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`);
