/** Counts the attempts of an event across the retry queues. */
export const ATTEMPT_HEADER = 'x-attempt';
/** Why the last attempt failed; never content. */
export const ERROR_HEADER = 'x-error';
/** When it failed, ISO 8601. */
export const FAILED_AT_HEADER = 'x-failed-at';
/** How often the event was brought back from the dead letters. */
export const REDRIVEN_HEADER = 'x-redriven';

type Headers = Readonly<Record<string, unknown>>;

/** After its handler has failed for the `attempt`-th time. */
export const failed = (headers: Headers, attempt: number, reason: string): Record<string, unknown> => ({
  ...headers,
  [ATTEMPT_HEADER]: attempt + 1,
  [ERROR_HEADER]: reason,
  [FAILED_AT_HEADER]: new Date().toISOString(),
});

/**
 * As if the event had never failed: it has all its attempts again. The broker's own notes go as well: it throws away without a
 * word what a queue dead-letters to a queue that already stands in them, so a retry would lose the event.
 */
export function redriven(headers: Headers): Record<string, unknown> {
  const kept = Object.entries(headers).filter(([name]) => !OF_FAILURES.test(name));
  return { ...Object.fromEntries(kept), [REDRIVEN_HEADER]: Number(headers[REDRIVEN_HEADER] ?? 0) + 1 };
}

const OF_FAILURES = /^x-(attempt|error|failed-at|death|(first|last)-death-.*|delivery-count)$/;
