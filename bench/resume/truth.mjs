import { isDeepStrictEqual } from 'node:util';
import mongoose from 'mongoose';

/** What the store holds of each conversation: what its members must see. @param {string} chatDbUrl */
export async function readTruth(chatDbUrl) {
  const client = new mongoose.mongo.MongoClient(chatDbUrl);
  await client.connect();
  try {
    /** @type {Map<string, { ev: number, messages: Map<string, object> }>} */
    const truth = new Map();
    for await (const stored of client.db().collection('messages').find()) {
      const id = String(stored.conversation_id);
      const conversation = truth.get(id) ?? { ev: 0, messages: new Map() };
      truth.set(id, conversation);
      conversation.ev = Math.max(conversation.ev, stored.ev);
      conversation.messages.set(String(stored._id), asSeen(stored));
    }
    return truth;
  } finally {
    await client.close();
  }
}

function asSeen({ ev, seq, content, deleted_at: deletedAt, reactions }) {
  const isDeleted = Boolean(deletedAt);
  return isDeleted
    ? { ev, seq, content: '', isDeleted, reactions: [] }
    : { ev, seq, content, isDeleted, reactions: reactions ?? [] };
}

/**
 * What clients hold against what they must hold. `behind`: conversations with another last change; `missing`: messages that never
 * came, or not in their last state; `wrong`: in their last state, and different.
 * @param {import('./returner.mjs').Returner[]} returners
 */
export function judge(returners, truth) {
  const found = { behind: 0, missing: 0, wrong: 0, doubled: 0, outOfOrder: 0, unexpected: 0 };
  for (const returner of returners) {
    for (const [id, known] of returner.conversations) {
      const conversation = truth.get(id);
      if (known.ev !== conversation?.ev) found.behind++;
      for (const [messageId, message] of conversation?.messages ?? []) {
        const held = known.messages.get(messageId);
        if (held?.ev !== message.ev) found.missing++;
        else if (!isDeepStrictEqual(held, message)) found.wrong++;
      }
      for (const messageId of known.messages.keys())
        if (!conversation?.messages.has(messageId)) found.unexpected++;
    }
    found.doubled += returner.doubled;
    found.outOfOrder += returner.outOfOrder;
    found.unexpected += returner.unexpected;
  }
  return found;
}
