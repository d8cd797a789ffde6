import { insert, serve, type Row } from './naive-chat';

/**
 * Takes the next number from a counter, then stores the message under it. A process that dies in between leaves a hole for ever, and
 * whoever took 6 may be faster than who took 5. Against doubles it has a unique index, which is not under test here.
 */
void serve(async (db) => {
  const rows = db.collection<Row>('messages');
  const counters = db.collection<{ _id: string; last: number }>('counters');
  await rows.createIndex({ conversation_id: 1, sender_id: 1, clientId: 1 }, { unique: true });
  return async (draft) => {
    const { conversationId, senderId, clientId } = draft;
    // A retry takes no number, or each of them would be a hole.
    const found = await rows.findOne({ conversation_id: conversationId, sender_id: senderId, clientId });
    if (found) return { _id: found._id.toHexString(), seq: found.seq! };
    const counter = await counters.findOneAndUpdate(
      { _id: conversationId },
      { $inc: { last: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    return insert(rows, draft, counter!.last);
  };
});
