import { mongo } from 'mongoose';

/** Whether the store answers one who has never spoken to it before. */
export async function pingOnce(uri: string, withinMs: number): Promise<void> {
  const limits = {
    serverSelectionTimeoutMS: withinMs,
    connectTimeoutMS: withinMs,
    socketTimeoutMS: withinMs,
  };
  const client = new mongo.MongoClient(uri, { ...limits, maxPoolSize: 1 });
  try {
    await client.db().command({ ping: 1 });
  } finally {
    await client.close(true);
  }
}
