import { duplicateKeyIndex } from '../duplicate-key';
import type { ConversationQueue } from './conversation-queue';
import { RejectedByStoreError } from '../errors';
import type { Flight } from './flight';
import { type LogContext, durable } from '../log-context';
import { indexNames } from '../message-indexes';
import type { StoredMessage } from '../stored-message';

interface WriteError {
  index: number;
  code: number;
  errmsg: string;
}

interface InsertReply {
  writeErrors?: WriteError[];
  writeConcernError?: { errmsg: string };
}

/** So many flushes without a lost race until a conversation counts as calm again. */
const contentionMemory = 16;

/** Errors for what one document contains: too large, index key too long (4.0), refused by a validator. */
const documentErrorCodes = new Set([2, 121, 10334, 17280]);

/**
 * One ordered insert with the runs of several conversations, each run contiguous. Ordered: the store stops at the
 * first refusal, so of every conversation a prefix of its run is stored and no later number without the earlier.
 * What comes behind the refusal was not tried and goes with the next round, at once.
 *
 * The raw command instead of insertMany: half the CPU per message (the driver measures every document before it
 * writes it), and the reply tells prefix and refusal without an exception.
 */
export async function insertStep(
  context: LogContext,
  flight: Flight,
  runs: readonly ConversationQueue[],
  documents: StoredMessage[],
): Promise<void> {
  let failure: unknown;
  try {
    const reply = (await context.db.command({
      insert: context.messages.collectionName,
      documents,
      ordered: true,
      writeConcern: durable(context.options),
    })) as InsertReply;
    if (flight.abandoned) return;
    context.counters.flushes++;
    const refusal = reply.writeErrors?.[0];
    if (!reply.writeConcernError && (!refusal || isOfDocument(refusal))) {
      settle(context, runs, documents.length, refusal);
      return;
    }
    failure = new Error(reply.writeConcernError?.errmsg ?? refusal?.errmsg);
  } catch (error) {
    if (flight.abandoned) return;
    failure = error;
  }
  for (const queue of runs) queue.fail(failure, context);
}

function isOfDocument(error: WriteError): boolean {
  return documentErrorCodes.has(error.code) || duplicateKeyIndex(error.code, error.errmsg) !== undefined;
}

function settle(
  context: LogContext,
  runs: readonly ConversationQueue[],
  total: number,
  refusal: WriteError | undefined,
): void {
  const stored = refusal?.index ?? total;
  let offset = 0;
  for (const queue of runs) {
    const flying = queue.flyingAppends;
    const committed = Math.min(Math.max(stored - offset, 0), flying);
    const refused = refusal && committed < flying && offset + committed === stored;
    offset += flying;
    queue.land();
    queue.commitAppends(committed, context);
    if (refused) settleRefusal(context, queue, flying - committed, refusal);
    else if (committed > 0 && queue.contention > 0) queue.contention--;
  }
}

/** The first waiting append of the queue was refused, `count` were tried. */
function settleRefusal(
  context: LogContext,
  queue: ConversationQueue,
  count: number,
  refusal: WriteError,
): void {
  const index = duplicateKeyIndex(refusal.code, refusal.errmsg);
  if (index === undefined) {
    const [refused] = queue.appends;
    if (!refused) return;
    queue.removeAppend(refused);
    refused.reject(new RejectedByStoreError(refusal.errmsg));
    return;
  }
  const lostRace = index === indexNames.changeNumber || index === indexNames.sequence;
  if (lostRace) {
    context.counters.lostRaces++;
    queue.contention = contentionMemory;
    queue.head = undefined;
  } else {
    // A retry of an old send. Others of this run are likely retries as well: one lookup for all.
    queue.suspects = count;
  }
}
