import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';

const LONGEST_WAIT_MS = 300_000;

/** Looks into the system's database, as an operator would. @param {string} uri */
export async function openDatabase(uri) {
  const client = new mongoose.mongo.MongoClient(uri);
  await client.connect();
  const count = (collection) => client.db().collection(collection).countDocuments();
  return {
    messages: () => count('messages'),
    notifications: () => count('notifications'),
    close: () => client.close(),
  };
}

/**
 * Waits until every stored message has made its notifications, and counts them.
 * @param {Awaited<ReturnType<typeof openDatabase>>} database
 * @param {number} before how many there were before the load
 * @param {number} expected how many more there must be in the end
 */
export async function drainNotifications(database, before, expected) {
  const startedAt = performance.now();
  const more = async () => (await database.notifications()) - before;
  const atEndOfLoad = await more();
  let stored = atEndOfLoad;
  while (stored < expected && performance.now() - startedAt < LONGEST_WAIT_MS) {
    await delay(100);
    stored = await more();
  }
  const drainedAfterSeconds = (performance.now() - startedAt) / 1000;
  // Doubles would still be on their way.
  await delay(500);
  return { expected, atEndOfLoad, stored: await more(), drainedAfterSeconds };
}
