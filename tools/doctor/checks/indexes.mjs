import { compareIndexes } from '../compare-indexes.mjs';
import { wantedIndexes } from '../wanted-indexes.mjs';

const NO_SUCH_COLLECTION = 26;

/** All indexes of a service are there, and as they should be: the unique ones are what keeps the log right. */
const indexesOf = (store, app, check, title) => ({
  store,
  titles: { [check]: title },
  async look({ stores: { [store]: connection }, report }) {
    const wanted = await wantedIndexes(app);
    for (const name of new Set(wanted.map(({ collection }) => collection))) {
      const collection = connection.db.collection(name);
      const present = await collection.indexes().catch((error) => {
        if (error.code === NO_SUCH_COLLECTION) return [];
        throw error;
      });
      const own = wanted.filter((index) => index.collection === name);
      for (const { name: index, problem, key, options } of compareIndexes(own, present))
        report({
          check,
          subject: `${name}.${index}`,
          problem,
          ...(!key && { detail: 'drop it while the service is down: its start makes it anew' }),
          // In the background: on MongoDB 4.0 nobody could read or write meanwhile otherwise.
          repair:
            key &&
            (async () => `created ${await collection.createIndex(key, { ...options, background: true })}`),
        });
    }
    return { [check]: wanted.length };
  },
});

export const chatIndexes = indexesOf('chat', 'chat-service', 'chatIndexes', 'indexes of the chat service');
export const notificationIndexes = indexesOf(
  'notifications',
  'notification-service',
  'notificationIndexes',
  'indexes of the notification service',
);
