import type { mongo } from 'mongoose';
import { indexNames } from './message-indexes';
import type { StoredMessage } from './stored-message';

/** Where a conversation ends: the last change number, the last message number, the time of the last change (ms). */
export interface Head {
  ev: number;
  seq: number;
  at: number;
}

/** What the message says of its conversation, as of the message's last change. */
export function headOf({
  ev,
  head_seq,
  updated_at,
}: Pick<StoredMessage, 'ev' | 'head_seq' | 'updated_at'>): Head {
  return { ev, seq: head_seq, at: updated_at.getTime() };
}

/** One indexed read; all zero for a conversation without messages. */
export async function readHead(
  messages: mongo.Collection<StoredMessage>,
  conversationId: mongo.ObjectId,
): Promise<Head> {
  const top = await messages.findOne(
    { conversation_id: conversationId },
    {
      sort: { ev: -1 },
      projection: { _id: 0, ev: 1, head_seq: 1, updated_at: 1 },
      hint: indexNames.changes,
    },
  );
  return top ? headOf(top) : { ev: 0, seq: 0, at: 0 };
}
