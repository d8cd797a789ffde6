import { mongo } from 'mongoose';
import { UnavailableError } from '../errors';
import type { LogContext } from '../log-context';
import type { Written } from './confirm';
import type { ConversationQueue } from './conversation-queue';
import type { Flight } from './flight';
import type { PendingAppend } from './pending';

/** The conversation has changed since these sends were let in: each looks whether it may still be sent. */
export async function renewStep(
  context: LogContext,
  flight: Flight,
  queue: ConversationQueue,
): Promise<Written | undefined> {
  const control = queue.head?.control ?? 0;
  const stale = queue.staleAppends();
  const outcomes = await Promise.allSettled(stale.map((pending) => renewed(pending, control)));
  if (flight.isAbandoned()) return undefined;
  const refusals = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as unknown) : undefined,
  );
  const fault = refusals.find(isFault);
  if (fault !== undefined) {
    queue.fail(fault, context);
    return undefined;
  }
  for (const [index, pending] of stale.entries()) {
    if (refusals[index] === undefined) continue;
    queue.removeAppend(pending);
    pending.reject(refusals[index]);
  }
  return undefined;
}

async function renewed({ admission }: PendingAppend, control: number): Promise<void> {
  await admission?.renew(control);
  if (admission && admission.stateEv < control)
    throw new UnavailableError('The conversation has changed, and its state could not be read');
}

/** Nobody can tell: then all that waits must fail, or a later message could overtake the retry of an earlier one. */
const isFault = (reason: unknown) => reason instanceof UnavailableError || reason instanceof mongo.MongoError;
