import type { mongo } from 'mongoose';
import { indexNames } from './message-indexes';
import type { StoredMessage } from './stored-message';

/** Where a conversation ends. */
export interface Head {
  /** The last change number. */
  ev: number;
  /** The last message number. */
  seq: number;
  /** How many messages of people there are. */
  told: number;
  /** Number of the last change of the conversation itself; 0: it is as it was created. */
  control: number;
  /** Time of the last change, ms. */
  at: number;
}

type HeadFields = Pick<StoredMessage, 'ev' | 'head_seq' | 'head_told' | 'control_ev' | 'updated_at'>;

export const headProjection = {
  _id: 0,
  ev: 1,
  head_seq: 1,
  head_told: 1,
  control_ev: 1,
  updated_at: 1,
} as const;

const nothingYet: Head = { ev: 0, seq: 0, told: 0, control: 0, at: 0 };

/** What the message says of its conversation, as of the message's last change. */
export function headOf({ ev, head_seq, head_told, control_ev, updated_at }: HeadFields): Head {
  return { ev, seq: head_seq, told: head_told, control: control_ev, at: updated_at.getTime() };
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
      projection: headProjection,
      hint: indexNames.changes,
    },
  );
  return top ? headOf(top) : nothingYet;
}
