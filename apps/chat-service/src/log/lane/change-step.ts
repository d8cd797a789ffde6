import { mongo } from 'mongoose';
import type { ConversationQueue } from './conversation-queue';
import { duplicateKeyIndex } from '../duplicate-key';
import { MessageNotFoundError, TooManyChangesError } from '../errors';
import type { Flight } from './flight';
import type { Head } from '../head';
import { type LogContext, durable } from '../log-context';
import { type PendingChange, outboxEntries } from './pending';
import type { ChangeResult, MessageUpdate, StoredMessage } from '../stored-message';

/**
 * One edit or delete: one conditional update that takes the number behind `head`. It matches only the state that
 * the mutation saw, and an update that matches nothing writes nothing, so it takes no number either.
 * Alone in its conversation for this round: nobody else of this process builds on a number that may stay free.
 */
export async function changeStep(
  context: LogContext,
  flight: Flight,
  queue: ConversationQueue,
  head: Head,
  pending: PendingChange,
): Promise<void> {
  queue.flyingChanges = 1;
  try {
    const result = await attempt(context, flight, queue, head, pending);
    if (flight.abandoned) return;
    queue.land();
    if (!result) {
      context.counters.lostRaces++;
      queue.head = undefined;
      return;
    }
    queue.changes.shift();
    if (result.changed) {
      queue.head = { ev: result.message.ev, seq: head.seq, at: result.message.updated_at.getTime() };
      context.counters.changed++;
      context.announce({ kind: 'change', conversationId: queue.key, message: result.message });
    }
    pending.resolve(result);
  } catch (error) {
    if (flight.abandoned) return;
    if (error instanceof Refusal) {
      queue.land();
      queue.changes.shift();
      pending.reject(error.cause);
    } else {
      queue.fail(error, context);
    }
  }
}

/** Ends the change with its cause; nothing was written. */
class Refusal extends Error {}

/** Undefined: another writer was faster, try again with what is true now. */
async function attempt(
  context: LogContext,
  flight: Flight,
  queue: ConversationQueue,
  head: Head,
  pending: PendingChange,
): Promise<ChangeResult | undefined> {
  const current = await context.messages.findOne({ _id: pending.messageId, conversation_id: queue.id });
  if (flight.abandoned) return undefined;
  const at = new Date(Math.max(Date.now(), head.at));
  const update = decide(context, pending, current, at);
  if (!current || !update) return current ? { message: current, changed: false } : undefined;

  // The index keeps a number from two documents, not from one twice. So the head must not be older than this message.
  if (current.ev > head.ev) return undefined;
  const ev = head.ev + 1;
  const outbox = outboxEntries(current._id, pending.outbox, ev, at);
  const $set: Partial<StoredMessage> = { ev, head_seq: head.seq, updated_at: at };
  const $unset: Record<string, ''> = {};
  const fields: [string, unknown][] = Object.entries(update);
  for (const [field, value] of fields) {
    if (value === undefined) $unset[field] = '';
    else Object.assign($set, { [field]: value });
  }
  const $push = { evs: ev, ...(outbox.length > 0 && { outbox: { $each: outbox } }) };
  try {
    const { matchedCount } = await context.messages.updateOne(
      { _id: current._id, ev: current.ev },
      { $set, $push, ...(Object.keys($unset).length > 0 && { $unset }) },
      { writeConcern: durable(context.options) },
    );
    if (matchedCount === 0) return undefined;
  } catch (error) {
    const lostRace =
      error instanceof mongo.MongoServerError && duplicateKeyIndex(error.code, error.message) !== undefined;
    if (lostRace) return undefined;
    throw error;
  }
  const message: StoredMessage = {
    ...current,
    ...update,
    ev,
    evs: [...current.evs, ev],
    head_seq: head.seq,
    updated_at: at,
    outbox,
  };
  return { message, changed: true };
}

function decide(
  context: LogContext,
  pending: PendingChange,
  current: StoredMessage | null,
  at: Date,
): MessageUpdate | null {
  let cause: unknown;
  if (!current) {
    cause = new MessageNotFoundError(pending.messageId.toHexString());
  } else if (current.evs.length >= context.options.maxChanges) {
    cause = new TooManyChangesError(`A message can be changed ${context.options.maxChanges} times`);
  } else {
    try {
      return pending.mutate(current, at);
    } catch (error) {
      cause = error;
    }
  }
  throw new Refusal('refused', { cause });
}
