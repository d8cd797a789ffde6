import { RejectedByStoreError } from '../errors';
import { type LogContext, durable } from '../log-context';
import { indexNames } from '../message-indexes';
import type { StoredMessage } from '../stored-message';
import { type Written, nudged } from './confirm';
import type { ConversationQueue } from './conversation-queue';
import type { Flight } from './flight';
import { type Refusal, outcomeOf } from './write-reply';

/** The first waiting sends of one conversation, numbered. */
export interface Run {
  queue: ConversationQueue;
  documents: readonly StoredMessage[];
  /** How many of them are stored. */
  stored: number;
  /** Why the next one is not. */
  refusal?: Refusal;
}

/**
 * The runs of several conversations in one ordered insert, each run contiguous. The store stops at the first refusal,
 * so of every conversation a prefix of its run is stored and no later number without the earlier one. The
 * conversation that was refused leaves the round; what comes behind it goes in the next insert, at once.
 *
 * The raw command instead of insertMany: half the CPU per message (the driver measures every document before it
 * writes it), and the reply tells prefix and refusal without an exception.
 *
 * `alone`: nothing else is in this round and nobody else seems to write to these conversations. Then the insert itself
 * waits for majority and journal, which spares the round its confirmation: half the commands of a quiet log.
 */
export async function insertStep(
  context: LogContext,
  flight: Flight,
  runs: readonly Run[],
  alone = false,
): Promise<Written | undefined> {
  let last: StoredMessage | undefined;
  try {
    for (let next = 0; next < runs.length;) {
      const documents = runs.slice(next).flatMap((run) => run.documents);
      const insert = { insert: context.messages.collectionName, documents, ordered: true };
      const reply = await (alone
        ? nudged(context, context.db.command({ ...insert, writeConcern: durable(context.options) }))
        : context.db.command({ ...insert, writeConcern: { w: 1 } }));
      if (flight.isAbandoned()) return undefined;
      context.counters.flushes++;
      const { stored, refusal } = outcomeOf(reply, documents.length);
      last = documents[stored - 1] ?? last;
      next = note(runs, next, stored, refusal);
    }
    return {
      proofs: last && !alone ? [{ _id: last._id, ev: last.ev }] : [],
      settle: () => {
        for (const run of runs) settle(context, run);
      },
    };
  } catch (error) {
    if (flight.isAbandoned()) return undefined;
    for (const { queue } of runs) queue.fail(error, context);
    return undefined;
  }
}

/** Notes in the runs from `first` on that so many documents were stored; returns the run to go on with. */
function note(runs: readonly Run[], first: number, stored: number, refusal: Refusal | undefined): number {
  let rest = stored;
  for (const [index, run] of runs.slice(first).entries()) {
    run.stored = Math.min(rest, run.documents.length);
    rest -= run.stored;
    if (run.stored < run.documents.length) {
      run.refusal = refusal;
      return first + index + 1;
    }
  }
  return runs.length;
}

function settle(context: LogContext, { queue, documents, stored, refusal }: Run): void {
  queue.land();
  queue.commitAppends(stored, context);
  if (!refusal) return;
  if (refusal.index === indexNames.changeNumber || refusal.index === indexNames.sequence) {
    queue.loseRace(context);
  } else if (refusal.index !== undefined) {
    // A retry of an old send. Others of this run are likely retries as well: one lookup for all.
    queue.suspects = documents.length - stored;
  } else {
    const [refused] = queue.appends;
    if (!refused) return;
    queue.removeAppend(refused);
    refused.reject(new RejectedByStoreError(refusal.message));
  }
}
