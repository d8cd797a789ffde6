import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';

/** No progress for so long: what has not come will not come. */
const PATIENCE_MS = 15_000;

/**
 * Looks into the system's databases, as an operator would.
 * @param {{ CHAT_DB_URL: string, NOTIFICATION_DB_URL: string }} env
 */
export async function openDatabases({ CHAT_DB_URL, NOTIFICATION_DB_URL }) {
  const clients = [CHAT_DB_URL, NOTIFICATION_DB_URL].map((url) => new mongoose.mongo.MongoClient(url));
  await Promise.all(clients.map((client) => client.connect()));
  const [chat, notification] = clients.map((client) => client.db());
  return {
    messages: () => chat.collection('messages').countDocuments(),
    // Of messages: that somebody was brought into a group is told besides.
    notifications: () => notification.collection('notifications').countDocuments({ type: 'message' }),
    close: () => Promise.all(clients.map((client) => client.close())),
  };
}

/**
 * Waits until every stored message has made its notifications, and counts them.
 * @param {Awaited<ReturnType<typeof openDatabases>>} database
 * @param {number} before how many there were before the load
 * @param {number} expected how many more there must be in the end
 */
export async function drainNotifications(database, before, expected) {
  const startedAt = performance.now();
  const more = async () => (await database.notifications()) - before;
  const atEndOfLoad = await more();
  let stored = atEndOfLoad;
  let progressAt = startedAt;
  while (stored < expected && performance.now() - progressAt < PATIENCE_MS) {
    await delay(100);
    const now = await more();
    if (now > stored) progressAt = performance.now();
    stored = now;
  }
  const drainedAfterSeconds = (progressAt - startedAt) / 1000;
  // Doubles would still be on their way.
  await delay(500);
  return { expected, atEndOfLoad, stored: await more(), drainedAfterSeconds };
}
