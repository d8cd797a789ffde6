import { readHead } from '../head';
import type { LogContext } from '../log-context';
import type { StoredMessage } from '../stored-message';
import type { Written } from './confirm';
import type { ConversationQueue } from './conversation-queue';
import type { Flight } from './flight';
import { insertStep } from './insert-step';

/**
 * Reads the head, then inserts the run of this conversation in a command of its own: for a conversation that this
 * process does not know, or that other processes write to as well. In the common insert its lost races would
 * stop the others again and again, and most of them can be had cheaper with a read just before.
 */
export async function soloStep(
  context: LogContext,
  flight: Flight,
  queue: ConversationQueue,
  limit: number,
): Promise<Written | undefined> {
  try {
    const head = await readHead(context.messages, queue.id);
    if (flight.isAbandoned()) return undefined;
    queue.catchUp(head);
    const documents: StoredMessage[] = [];
    queue.stampAppends(head, limit, context.options.maxBatchBytes, documents);
    return await insertStep(context, flight, [queue], documents);
  } catch (error) {
    if (!flight.isAbandoned()) queue.fail(error, context);
    return undefined;
  }
}
