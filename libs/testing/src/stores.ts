import { randomBytes } from 'node:crypto';
import { integrationEvents } from '@app/contracts';
import { connect } from 'amqplib';
import { mongo } from 'mongoose';
import { Client } from 'pg';
import { createVirtualHost } from './virtual-host';

/** The addresses of the stores, as the services read them. */
export interface Stores {
  POSTGRES_URL: string;
  MONGODB_URI: string;
  RABBITMQ_URL: string;
}

/** The services that consume events. */
const CONSUMERS = ['chat-service', 'notification-service', 'user-service'];

/** The stores that `npm test` provides. Throws when it did not. */
export function storesOfRun(): Stores {
  const { POSTGRES_URL = '', MONGODB_URI = '', RABBITMQ_URL = '' } = process.env;
  if (POSTGRES_URL === '' || MONGODB_URI === '' || RABBITMQ_URL === '') {
    throw new Error(
      'POSTGRES_URL, MONGODB_URI and RABBITMQ_URL are not all set; run the tests through `npm test`',
    );
  }
  return { POSTGRES_URL, MONGODB_URI, RABBITMQ_URL };
}

/** Creates the database that `url` names, on the run's server, with the tables of the user service. */
export async function createDatabase(url: string): Promise<void> {
  const { POSTGRES_TEMPLATE = '' } = process.env;
  if (POSTGRES_TEMPLATE === '')
    throw new Error('POSTGRES_TEMPLATE is not set; run the tests through `npm test`');
  const client = new Client({ connectionString: withPath(url, 'postgres') });
  await client.connect();
  try {
    const [name, template] = [new URL(url).pathname.slice(1), POSTGRES_TEMPLATE];
    await client.query(
      `CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${client.escapeIdentifier(template)}`,
    );
  } finally {
    await client.end();
  }
}

export interface OwnStores {
  stores: Stores;
  /** Frees the servers of it: what a hundred systems leave behind makes MongoDB slow. */
  leave(): Promise<void>;
}

/** The same servers with databases that nobody has used before, and no event of another system. */
export async function ownStoresOn(stores: Stores): Promise<OwnStores> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const postgresUrl = withPath(stores.POSTGRES_URL, name);
  await createDatabase(postgresUrl);
  const host = await createVirtualHost(stores.RABBITMQ_URL, name);
  if (!host) await dropQueues(stores.RABBITMQ_URL);
  return {
    stores: {
      POSTGRES_URL: postgresUrl,
      MONGODB_URI: withPath(stores.MONGODB_URI, name),
      RABBITMQ_URL: host?.url ?? stores.RABBITMQ_URL,
    },
    leave: async () => {
      await host?.remove();
      // A server of the test's own has an end of its own.
      if (stores.MONGODB_URI === process.env.MONGODB_URI)
        await dropDatabases(stores.MONGODB_URI, [name, `${name}_notifications`]);
    },
  };
}

async function dropDatabases(url: string, names: string[]): Promise<void> {
  const client = await mongo.MongoClient.connect(url);
  try {
    for (const name of names) await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
}

/** Events about users of another database would find users with the same ids in ours. */
async function dropQueues(url: string): Promise<void> {
  const connection = await connect(url);
  try {
    const channel = await connection.createChannel();
    for (const { name } of integrationEvents) {
      for (const service of CONSUMERS) await channel.deleteQueue(`${service}.${name}`);
    }
  } finally {
    await connection.close();
  }
}

function withPath(url: string, path: string): string {
  const changed = new URL(url);
  changed.pathname = path;
  return changed.href;
}
