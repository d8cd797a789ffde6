import { randomBytes } from 'node:crypto';
import { integrationEvents } from '@app/contracts';
import { connect } from 'amqplib';
import { Client } from 'pg';

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

/** The same servers with databases that nobody has used before, and no event left of the last system. */
export async function withFreshDatabases(stores: Stores): Promise<Stores> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const client = new Client({ connectionString: stores.POSTGRES_URL });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  await dropQueues(stores.RABBITMQ_URL);
  return {
    ...stores,
    POSTGRES_URL: withPath(stores.POSTGRES_URL, name),
    MONGODB_URI: withPath(stores.MONGODB_URI, name),
  };
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
