import type { ConversationQueue } from './conversation-queue';
import type { Flight } from './flight';
import type { LogContext } from '../log-context';
import type { StoredMessage } from '../stored-message';

/**
 * Answers those of the first `suspects` appends that are stored already. They are durable: the insert that was
 * refused because of them waited for majority and journal of everything before it, also of what refused it.
 */
export async function duplicatesStep(
  context: LogContext,
  flight: Flight,
  queue: ConversationQueue,
): Promise<void> {
  const suspects = queue.appends.slice(0, queue.suspects);
  try {
    const stored = await context.messages
      .find({
        conversation_id: queue.id,
        sender_id: { $in: [...new Set(suspects.map(({ document }) => document.sender_id))] },
        clientId: { $in: suspects.map(({ document }) => document.clientId) },
      })
      .toArray();
    if (flight.isAbandoned()) return;
    queue.suspects = 0;
    const byClient = new Map<string, StoredMessage>();
    for (const message of stored) byClient.set(`${message.sender_id}:${message.clientId}`, message);
    for (const pending of suspects) {
      const message = byClient.get(`${pending.document.sender_id}:${pending.document.clientId}`);
      if (!message) continue;
      queue.removeAppend(pending);
      context.counters.duplicates++;
      pending.resolve({ message, duplicate: true });
    }
  } catch (error) {
    if (!flight.isAbandoned()) queue.fail(error, context);
  }
}
