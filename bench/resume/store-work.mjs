import mongoose from 'mongoose';

/** What a MongoDB is asked by all who use it: questions and writes by collection. @param {string} chatDbUrl */
export async function watchStore(chatDbUrl) {
  const client = new mongoose.mongo.MongoClient(chatDbUrl);
  await client.connect();
  const read = async () => {
    const { totals } = await client.db('admin').command({ top: 1 });
    return Object.entries(totals).filter(([name]) => /^(chat|notifications)\./.test(name));
  };
  return {
    /** Returns what counts from now on. */
    begin: async () => {
      const before = new Map(await read());
      return async () => {
        const asked = (await read()).map(([name, { total }]) => [
          name,
          total.count - (before.get(name)?.total.count ?? 0),
        ]);
        return Object.fromEntries(asked.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]));
      };
    },
    close: () => client.close(),
  };
}
