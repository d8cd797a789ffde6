import { ERRORS } from '@app/contracts';
import { toAppError } from '@app/platform';
import { PoisonError } from '../envelope';

/** How often the last pause is repeated while a dependency is away: some eight hours at half a minute each. */
const PATIENCE = 1_000;

export type NextStep = { kind: 'retry'; delayMs: number } | { kind: 'dead' };

/**
 * What becomes of an event after its handler failed for the `attempt`-th time (1 = first delivery).
 * Poison and refusals that stay refusals (NOTFOUND, …) are dead at once. A dependency that is away (a retryable AppError,
 * or what a driver throws when its store is away) is not the event's fault: the last pause repeats until it is back.
 * Anything else climbs the ladder once and is dead then.
 */
export function afterFailure(error: unknown, attempt: number, delaysMs: readonly number[]): NextStep {
  if (error instanceof PoisonError) return { kind: 'dead' };
  const { code } = toAppError(error);
  const known = code === 'INTERNAL' ? undefined : ERRORS[code];
  if (known && !known.retryable) return { kind: 'dead' };
  const delayMs = delaysMs[attempt - 1] ?? (known && attempt < PATIENCE ? delaysMs.at(-1) : undefined);
  return delayMs === undefined ? { kind: 'dead' } : { kind: 'retry', delayMs };
}
