import { RejectedByStoreError } from '../errors';
import { type Head, headOf, readHead } from '../head';
import type { LogContext } from '../log-context';
import type { StoredMessage } from '../stored-message';
import { type PlannedChange, decideChange, planChange } from './change-plan';
import type { Written } from './confirm';
import type { ConversationQueue } from './conversation-queue';
import type { Flight } from './flight';
import type { PendingChange } from './pending';
import { type WriteOutcome, outcomeOf } from './write-reply';

/** A change that found nothing to do. */
interface Unchanged {
  pending: PendingChange;
  message: StoredMessage;
}

/**
 * Edits and deletes of one conversation, of different messages: reads them and the head, decides, then one ordered
 * update command that takes the numbers behind the head. Like an insert it stops at the first refusal, so that a
 * prefix is stored. Each statement matches only the state that its mutation saw; one that matches nothing must stop
 * the command as well, or its number would stay free for ever. `upsert` does that: the insert that it tries instead
 * collides with the message itself (messages are never removed).
 */
export async function changeStep(
  context: LogContext,
  flight: Flight,
  queue: ConversationQueue,
  pendings: readonly PendingChange[],
): Promise<Written | undefined> {
  try {
    const ids = pendings.map(({ messageId }) => messageId);
    const [top, current] = await Promise.all([
      readHead(context.messages, queue.id),
      context.messages.find({ _id: { $in: ids }, conversation_id: queue.id }).toArray(),
    ]);
    // Behind the head: what is written between the two takes the number away, and it is looked at again.
    const lookAround = pendings[0]?.options.lookAround;
    if (lookAround) await lookAround();
    if (flight.isAbandoned()) return undefined;
    // A message read after the head may be further than it. The index keeps a number from two documents but not from
    // one document twice, so the new numbers start behind the furthest of all.
    const head = current.map(headOf).reduce((last, next) => (next.ev > last.ev ? next : last), top);
    queue.head = head;
    const { planned, unchanged } = plan(context, queue, pendings, current, head);
    queue.flyingChanges = planned.length + unchanged.length;
    const outcome = await write(context, planned);
    const lastWritten = planned[outcome.stored - 1];
    const proven = unchanged.concat(lastWritten ?? []);
    return {
      proofs: proven.map(({ message }) => ({ _id: message._id, ev: message.ev })),
      settle: () => {
        for (const { pending, message } of unchanged) {
          queue.removeChange(pending);
          pending.resolve({ message, changed: false });
        }
        settle(context, queue, planned, outcome);
      },
    };
  } catch (error) {
    if (!flight.isAbandoned()) queue.fail(error, context);
    return undefined;
  }
}

/** Refuses those that may not be done; the others get their numbers in order. */
function plan(
  context: LogContext,
  queue: ConversationQueue,
  pendings: readonly PendingChange[],
  current: readonly StoredMessage[],
  head: Head,
): { planned: PlannedChange[]; unchanged: Unchanged[] } {
  const at = new Date(Math.max(Date.now(), head.at));
  const planned: PlannedChange[] = [];
  const unchanged: Unchanged[] = [];
  for (const pending of pendings) {
    const message = current.find(({ _id }) => _id.equals(pending.messageId));
    try {
      const { message: before, update } = decideChange(pending, message, at, context.options.maxChanges);
      if (update) planned.push(planChange(pending, before, update, head.ev + planned.length + 1, head, at));
      else unchanged.push({ pending, message: before });
    } catch (error) {
      queue.removeChange(pending);
      pending.reject(error);
    }
  }
  return { planned, unchanged };
}

async function write(context: LogContext, planned: readonly PlannedChange[]): Promise<WriteOutcome> {
  if (planned.length === 0) return { stored: 0 };
  const reply = await context.db.command({
    update: context.messages.collectionName,
    updates: planned.map(({ statement }) => statement),
    ordered: true,
    writeConcern: { w: 1 },
  });
  return outcomeOf(reply, planned.length);
}

function settle(
  context: LogContext,
  queue: ConversationQueue,
  planned: readonly PlannedChange[],
  { stored, refusal }: WriteOutcome,
): void {
  queue.land();
  for (const { pending, message } of planned.slice(0, stored)) {
    queue.removeChange(pending);
    queue.head = headOf(message);
    context.counters.changed++;
    const { announcement } = pending.options;
    context.announce({ kind: 'change', announcement, conversationId: queue.key, message });
    pending.resolve({ message, changed: true });
  }
  const refused = planned[stored];
  if (!refusal || !refused) return;
  if (refusal.index === undefined) {
    queue.removeChange(refused.pending);
    refused.pending.reject(new RejectedByStoreError(refusal.message));
  } else {
    queue.loseRace(context);
  }
}
