import type { mongo } from 'mongoose';
import { indexNames } from './message-indexes';
import type { StoredMessage } from './stored-message';

/** Where a conversation ends: the last change number, the last message number, the time of the last change (ms). */
export interface Head {
  ev: number;
  seq: number;
  at: number;
}

const headFields = { _id: 0, ev: 1, head_seq: 1, updated_at: 1 } as const;

/** One indexed read; all zero for a conversation without messages. */
export async function readHead(
  messages: mongo.Collection<StoredMessage>,
  conversationId: mongo.ObjectId,
): Promise<Head> {
  const top = await messages.findOne(
    { conversation_id: conversationId },
    { sort: { ev: -1 }, projection: headFields, hint: indexNames.changes },
  );
  return top ? { ev: top.ev, seq: top.head_seq, at: top.updated_at.getTime() } : { ev: 0, seq: 0, at: 0 };
}
