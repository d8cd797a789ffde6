import { ClientProxyFactory } from '@nestjs/microservices';
import { insert, serve, type Row } from './naive-chat';
import { EVENT, stockQueue, type Created } from './stock-queue';

/** Stores the message, then tells the notification service by the framework's stock `emit`, whose outcome nobody awaits. */
void serve(async (db) => {
  const rows = db.collection<Row>('messages');
  const conversations = db.collection<{ _id: string; participants: number[] }>('conversations');
  await rows.createIndex({ conversation_id: 1, sender_id: 1, clientId: 1 }, { unique: true });
  const client = ClientProxyFactory.create(stockQueue());
  await client.connect();
  return async (draft) => {
    const { conversationId, senderId, clientId } = draft;
    const found = await rows.findOne({ conversation_id: conversationId, sender_id: senderId, clientId });
    if (found) return { _id: found._id.toHexString() };
    const stored = await insert(rows, draft);
    const { participants } = (await conversations.findOne({ _id: conversationId }))!;
    const recipientIds = participants.filter((id) => id !== senderId);
    const event: Created = { messageId: stored._id, content: draft.content, recipientIds };
    client.emit(EVENT, event);
    return stored;
  };
});
