import { readHead } from '../head';
import type { LogContext } from '../log-context';
import { indexNames } from '../message-indexes';
import type { StoredMessage } from '../stored-message';
import { RejectedByStoreError } from '../errors';
import type { Written } from './confirm';
import type { ConversationQueue } from './conversation-queue';
import type { Flight } from './flight';
import { controlDocument, type PendingControl } from './pending';
import { type WriteOutcome, outcomeOf } from './write-reply';

/**
 * A change of the conversation itself: reads where it ends, decides from the state that belongs to that end, and takes
 * the next number. Whoever writes anything there meanwhile takes that number away, and it is decided again: so what is
 * decided is true at the place where it stands.
 */
export async function controlStep(
  context: LogContext,
  flight: Flight,
  queue: ConversationQueue,
  pending: PendingControl,
): Promise<Written | undefined> {
  const { senderId, clientId } = pending.draft;
  try {
    const earlier = await context.messages.findOne({
      conversation_id: queue.id,
      sender_id: senderId,
      clientId,
    });
    if (flight.isAbandoned()) return undefined;
    if (earlier) return repeated(context, queue, pending, earlier);
    const head = await readHead(context.messages, queue.id);
    if (flight.isAbandoned()) return undefined;
    queue.head = head;
    const system = await decided(queue, pending, head.control);
    if (flight.isAbandoned() || !system) return undefined;
    const document = controlDocument(queue.id, pending.draft, system, head);
    queue.flyingControls = 1;
    const outcome = await insert(context, document);
    return {
      proofs: outcome.stored === 1 ? [{ _id: document._id, ev: document.ev }] : [],
      settle: () => settle(context, queue, pending, document, outcome),
    };
  } catch (error) {
    if (!flight.isAbandoned()) queue.fail(error, context);
    return undefined;
  }
}

function repeated(
  context: LogContext,
  queue: ConversationQueue,
  pending: PendingControl,
  message: StoredMessage,
): Written {
  return {
    proofs: [{ _id: message._id, ev: message.ev }],
    settle: () => {
      queue.removeControl(pending);
      context.counters.duplicates++;
      pending.resolve({ message, duplicate: true });
    },
  };
}

/** Answers the caller when there is nothing to write. */
async function decided(queue: ConversationQueue, pending: PendingControl, control: number) {
  try {
    const system = await pending.draft.decide(control);
    if (system) return system;
    queue.removeControl(pending);
    pending.resolve(null);
  } catch (error) {
    queue.removeControl(pending);
    pending.reject(error);
  }
  return undefined;
}

async function insert(context: LogContext, document: StoredMessage): Promise<WriteOutcome> {
  const reply = await context.db.command({
    insert: context.messages.collectionName,
    documents: [document],
    ordered: true,
    writeConcern: { w: 1 },
  });
  context.counters.flushes++;
  return outcomeOf(reply, 1);
}

function settle(
  context: LogContext,
  queue: ConversationQueue,
  pending: PendingControl,
  document: StoredMessage,
  { refusal }: WriteOutcome,
): void {
  queue.land();
  if (!refusal) queue.commitControl(pending, document, context);
  else if (refusal.index === undefined) {
    queue.removeControl(pending);
    pending.reject(new RejectedByStoreError(refusal.message));
  } else if (refusal.index !== indexNames.clientId) queue.loseRace(context);
}
