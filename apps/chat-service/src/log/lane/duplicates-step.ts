import type { LogContext } from '../log-context';
import type { StoredMessage } from '../stored-message';
import type { Written } from './confirm';
import type { ConversationQueue } from './conversation-queue';
import type { Flight } from './flight';
import type { PendingAppend } from './pending';

/** Looks up those of the first `suspects` appends that are stored already, to answer them with what is there. */
export async function duplicatesStep(
  context: LogContext,
  flight: Flight,
  queue: ConversationQueue,
): Promise<Written | undefined> {
  const suspects = queue.appends.slice(0, queue.suspects);
  try {
    const stored = await context.messages
      .find({
        conversation_id: queue.id,
        sender_id: { $in: [...new Set(suspects.map(({ document }) => document.sender_id))] },
        clientId: { $in: suspects.map(({ document }) => document.clientId) },
      })
      .toArray();
    return {
      proofs: stored.map(({ _id, ev }) => ({ _id, ev })),
      settle: () => settle(context, queue, suspects, stored),
    };
  } catch (error) {
    if (!flight.isAbandoned()) queue.fail(error, context);
    return undefined;
  }
}

function settle(
  context: LogContext,
  queue: ConversationQueue,
  suspects: readonly PendingAppend[],
  stored: readonly StoredMessage[],
): void {
  queue.suspects = 0;
  const byClient = new Map(stored.map((message) => [`${message.sender_id}:${message.clientId}`, message]));
  for (const pending of suspects) {
    const message = byClient.get(`${pending.document.sender_id}:${pending.document.clientId}`);
    if (!message) continue;
    queue.removeAppend(pending);
    context.counters.duplicates++;
    pending.resolve({ message, duplicate: true });
  }
}
