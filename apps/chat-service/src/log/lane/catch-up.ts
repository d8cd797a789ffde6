import { type Head, headOf, headProjection, readHead } from '../head';
import type { LogContext } from '../log-context';
import type { ConversationQueue } from './conversation-queue';
import type { Flight } from './flight';

/** More rows than this, and the heads are so old that each is better read for itself. */
const maxRows = 500;

const headFields = { ...headProjection, conversation_id: 1 } as const;

/** Reads where the conversations end now: one query for those whose end was known a moment ago, one for each other. */
export async function catchUp(
  context: LogContext,
  flight: Flight,
  queues: readonly ConversationQueue[],
): Promise<void> {
  const known = new Map<ConversationQueue, Head>();
  for (const queue of queues) if (queue.head) known.set(queue, queue.head);
  const newer = known.size > 0 ? await readNewer(context, known) : [];
  const isCut = newer.length === maxRows;
  const heads = new Map<string, Head>();
  for (const row of newer) {
    const key = row.conversation_id.toHexString();
    if ((heads.get(key)?.ev ?? 0) < row.ev) heads.set(key, headOf(row));
  }
  await Promise.all(
    queues.map(async (queue) => {
      const head = isCut ? undefined : (heads.get(queue.key) ?? known.get(queue));
      const now = head ?? (await readHead(context.messages, queue.id));
      if (!flight.isAbandoned()) queue.catchUp(now);
    }),
  );
}

function readNewer({ messages }: LogContext, known: ReadonlyMap<ConversationQueue, Head>) {
  const $or = Array.from(known, ([{ id }, { ev }]) => ({ conversation_id: id, ev: { $gt: ev } }));
  return messages.find({ $or }, { projection: headFields, limit: maxRows }).toArray();
}
