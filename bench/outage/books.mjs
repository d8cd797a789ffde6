import mongoose from 'mongoose';

/** Bounds the index at one end, so that MongoDB walks it. */
const LATEST = new Date(8.64e15);

/**
 * What the stores of a system hold, held against each other: who was to be told of what, and who was.
 * @param {{ CHAT_DB_URL: string, NOTIFICATION_DB_URL: string }} env
 */
export async function openBooks({ CHAT_DB_URL, NOTIFICATION_DB_URL }) {
  const clients = [CHAT_DB_URL, NOTIFICATION_DB_URL].map((url) => new mongoose.mongo.MongoClient(url));
  await Promise.all(clients.map((client) => client.connect()));
  const [chat, notification] = clients.map((client) => client.db());
  const messages = chat.collection('messages');
  const notifications = notification.collection('notifications');
  return {
    /** Messages whose event is not known to be with the broker. */
    backlog: () => messages.countDocuments({ 'outbox.at': { $exists: true } }, { hint: 'messages_outbox' }),
    /** When the oldest of them was said; null: there is none. */
    oldest: async () => {
      const projection = { _id: 0, created_at: 1 };
      const found = await messages.findOne(
        { 'outbox.at': { $lt: LATEST } },
        { projection, hint: 'messages_outbox' },
      );
      return found?.created_at ?? null;
    },
    /** From the store's own books, without a look at the documents: cheap enough to be asked under load. */
    notified: () => notifications.estimatedDocumentCount(),
    pairs: () => comparePairs(messages, notifications, chat.collection('conversations')),
    close: () => Promise.all(clients.map((client) => client.close())),
  };
}

/** Every (recipient, message) that there must be, and how often there is a notification of it. */
async function comparePairs(messages, notifications, conversations) {
  const members = new Map();
  for await (const { _id, participants } of conversations.find({}, { projection: { participants: 1 } }))
    members.set(String(_id), participants);
  /** @type {Map<string, Map<number, number>>} */
  const told = new Map();
  for await (const { _id, conversation_id, sender_id } of messages.find(
    { type: { $ne: 'system' } },
    { projection: { conversation_id: 1, sender_id: 1 } },
  )) {
    const recipients = members.get(String(conversation_id)).filter((userId) => userId !== sender_id);
    told.set(String(_id), new Map(recipients.map((userId) => [userId, 0])));
  }
  let unexpected = 0;
  for await (const { user_id, message_id } of notifications.find(
    { type: 'message' },
    { projection: { user_id: 1, message_id: 1 } },
  )) {
    const recipients = told.get(message_id);
    const times = recipients?.get(user_id);
    if (times === undefined) unexpected++;
    else recipients.set(user_id, times + 1);
  }
  const times = [...told.values()].flatMap((recipients) => [...recipients.values()]);
  return {
    messages: told.size,
    pairs: times.length,
    missing: times.filter((count) => count === 0).length,
    doubled: times.filter((count) => count > 1).length,
    unexpected,
  };
}
