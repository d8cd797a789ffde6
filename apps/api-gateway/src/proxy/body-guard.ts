import type { IncomingMessage } from 'node:http';
import { AppError, badRequest } from '@app/contracts';
import { hasBody } from '@app/platform';

/** Each step of a body, or its end, must arrive within this time: less than 8 kB a second is held back on purpose. */
const STEP_TIMEOUT_MS = 8_000;
const STEP_BYTES = 64 * 1_024;

const tooLarge = (limit: number) =>
  new AppError('PAYLOAD_TOO_LARGE', `the body is larger than ${limit} bytes`);

/** Throws PAYLOAD_TOO_LARGE when the request announces more than `limit` bytes. */
export function refuseLargeLength(request: IncomingMessage, limit: number): void {
  const length = request.headers['content-length'];
  if (length !== undefined && Number(length) > limit) throw tooLarge(limit);
}

/**
 * Watches a body that is being passed on: `fail` is called once when it grows beyond `limit` bytes or arrives too
 * slowly. To be called in the turn in which the body is piped, since it makes the request flow.
 */
export function guardBody(request: IncomingMessage, limit: number, fail: (error: AppError) => void): void {
  if (request.complete || !hasBody(request)) return;
  let received = 0;
  let step = STEP_BYTES;
  const stop = (error: AppError) => {
    release();
    fail(error);
  };
  const onData = (chunk: Buffer) => {
    received += chunk.length;
    if (received > limit) stop(tooLarge(limit));
    else if (received >= step) {
      step = received + STEP_BYTES;
      timer.refresh();
    }
  };
  const timer = setTimeout(
    () => stop(badRequest('body', `must not take longer than ${STEP_TIMEOUT_MS} ms`)),
    STEP_TIMEOUT_MS,
  );
  const release = () => {
    clearTimeout(timer);
    request.off('data', onData).off('end', release).off('close', release);
  };
  request.on('data', onData).once('end', release).once('close', release);
}
