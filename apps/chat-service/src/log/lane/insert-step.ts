import { RejectedByStoreError } from '../errors';
import type { LogContext } from '../log-context';
import { indexNames } from '../message-indexes';
import type { StoredMessage } from '../stored-message';
import type { Proof, Written } from './confirm';
import type { ConversationQueue } from './conversation-queue';
import type { Flight } from './flight';
import { type WriteOutcome, outcomeOf } from './write-reply';

/**
 * One ordered insert with the runs of several conversations, each run contiguous. The store stops at the first refusal,
 * so of every conversation a prefix of its run is stored and no later number without the earlier one. What comes
 * behind the refusal was not tried and goes with the next round, at once.
 *
 * The raw command instead of insertMany: half the CPU per message (the driver measures every document before it
 * writes it), and the reply tells prefix and refusal without an exception.
 */
export async function insertStep(
  context: LogContext,
  flight: Flight,
  runs: readonly ConversationQueue[],
  documents: readonly StoredMessage[],
): Promise<Written | undefined> {
  try {
    const reply = await context.db.command({
      insert: context.messages.collectionName,
      documents,
      ordered: true,
      writeConcern: { w: 1 },
    });
    context.counters.flushes++;
    const outcome = outcomeOf(reply, documents.length);
    const last = documents[outcome.stored - 1];
    const proofs: Proof[] = last ? [{ _id: last._id, ev: last.ev }] : [];
    return { proofs, settle: () => settle(context, runs, outcome) };
  } catch (error) {
    if (flight.isAbandoned()) return undefined;
    for (const queue of runs) queue.fail(error, context);
    return undefined;
  }
}

function settle(
  context: LogContext,
  runs: readonly ConversationQueue[],
  { stored, refusal }: WriteOutcome,
): void {
  let offset = 0;
  for (const queue of runs) {
    const tried = queue.flyingAppends;
    const committed = Math.min(Math.max(stored - offset, 0), tried);
    const refused = stored >= offset && committed < tried;
    offset += tried;
    queue.land();
    queue.commitAppends(committed, context);
    if (refusal && refused) settleRefusal(context, queue, tried - committed, refusal);
  }
}

/** The first waiting append of the queue was refused; `count` of the waiting ones were in the insert. */
function settleRefusal(
  context: LogContext,
  queue: ConversationQueue,
  count: number,
  refusal: NonNullable<WriteOutcome['refusal']>,
): void {
  if (refusal.index === indexNames.changeNumber || refusal.index === indexNames.sequence) {
    queue.loseRace(context);
  } else if (refusal.index !== undefined) {
    // A retry of an old send. Others of this run are likely retries as well: one lookup for all.
    queue.suspects = count;
  } else {
    const [refused] = queue.appends;
    if (!refused) return;
    queue.removeAppend(refused);
    refused.reject(new RejectedByStoreError(refusal.message));
  }
}
