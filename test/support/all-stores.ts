import type { TestSystem } from '@app/testing';
import { createConnection } from 'mongoose';
import { Client } from 'pg';

/** Everything that the databases of a system hold, as text in lower case: what is not in it is not stored. */
export async function textOfAllStores({ stores }: TestSystem): Promise<string> {
  const notifications = new URL(stores.MONGODB_URI);
  notifications.pathname += '_notifications';
  const parts = await Promise.all([
    textOfPostgres(stores.POSTGRES_URL),
    textOfMongo(stores.MONGODB_URI),
    textOfMongo(notifications.href),
  ]);
  return parts.join('\n').toLowerCase();
}

async function textOfPostgres(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      texts.push(name, ...rows.map(({ text }) => text));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

async function textOfMongo(uri: string): Promise<string> {
  const connection = await createConnection(uri).asPromise();
  try {
    const texts: string[] = [];
    for (const { name } of await connection.listCollections())
      texts.push(name, JSON.stringify(await connection.collection(name).find({}).toArray()));
    if (texts.length === 0) throw new Error('this database is empty: it is not the one of the system');
    return texts.join('\n');
  } finally {
    await connection.close();
  }
}
