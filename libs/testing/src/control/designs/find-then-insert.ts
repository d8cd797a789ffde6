import { insert, serve, type Row } from './naive-chat';

/** Has it been said before? If not, store it. Between question and answer there is room for the same question. */
void serve((db) => {
  const rows = db.collection<Row>('messages');
  return async (draft) => {
    const { conversationId, senderId, clientId } = draft;
    const found = await rows.findOne({ conversation_id: conversationId, sender_id: senderId, clientId });
    return found ? { _id: found._id.toHexString() } : insert(rows, draft);
  };
});
