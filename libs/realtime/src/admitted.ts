/**
 * An answer that comes later than the order is decided. A handler that returns `admitted(promise)` has put its work in
 * line; the socket's next event may start, and the ack follows when the promise settles. Without it, a socket's sends
 * would wait for each other's commits instead of sharing one.
 */
export class Admitted<R> {
  constructor(readonly answer: Promise<R>) {
    // The dispatcher awaits it a few turns later; a rejection before that is not unhandled.
    answer.catch(() => undefined);
  }
}

export const admitted = <R>(answer: Promise<R>) => new Admitted(answer);
