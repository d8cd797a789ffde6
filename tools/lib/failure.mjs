/** A failure that a person can act on: what went wrong, and what to do next. */
export class Failure extends Error {
  /**
   * @param {string} message what went wrong, one sentence
   * @param {string} advice what to do next
   * @param {{ cause?: unknown }} [options]
   */
  constructor(message, advice, options) {
    super(message, options);
    this.name = 'Failure';
    this.advice = advice;
  }
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
