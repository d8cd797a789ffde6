import { randomBytes } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { loadConfig, startService } from '@app/platform';
import { createDatabase, HttpClient } from '@app/testing';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { AppModule } from '../../src/app.module';
import { UserConfig } from '../../src/config';
import { loadKeyPairs } from '../../src/keys/key-pairs';

/** URL of a database that nobody has used before; it does not exist yet. */
export function freshDatabaseUrl(): string {
  const { POSTGRES_URL = '' } = process.env;
  if (POSTGRES_URL === '') throw new Error('POSTGRES_URL is not set; run the tests through `npm test`');
  const url = new URL(POSTGRES_URL);
  url.pathname = `/t_users_${randomBytes(6).toString('hex')}`;
  return url.href;
}

/** Removes the database, whoever is connected to it. */
export async function dropDatabase(url: string): Promise<void> {
  await onDatabase(process.env.POSTGRES_URL ?? '', async (client) => {
    const name = client.escapeIdentifier(new URL(url).pathname.slice(1));
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
}

/** Rows of one statement, past the service: what a test must see or arrange in the tables. */
export async function sql(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  return onDatabase(url, async (client) => (await client.query<Record<string, unknown>>(text, values)).rows);
}

async function onDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The user service in this process, on a port and a database of its own. */
export class UserService {
  private constructor(
    readonly app: NestExpressApplication,
    readonly config: UserConfig,
    readonly origin: string,
  ) {}

  static async start(settings: Record<string, string>): Promise<UserService> {
    const config = loadConfig(UserConfig, {
      LOG_LEVEL: 'fatal',
      RABBITMQ_URL: 'amqp://127.0.0.1:1',
      MAIL_DIR: process.env.MAIL_DIR ?? '',
      ...settings,
    });
    const app = await startService({
      module: AppModule.forRoot(config, await loadKeyPairs(config)),
      port: 0,
      trustProxy: config.TRUST_PROXY,
    });
    return new UserService(app, config, (await app.getUrl()).replace('[::1]', '127.0.0.1'));
  }

  /** A caller, with or without an access token. */
  as(accessToken?: string): HttpClient {
    return new HttpClient(this.origin, () => accessToken);
  }

  sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return sql(this.config.POSTGRES_URL, text, values);
  }
}

type Settings = Record<string, string>;

/** One service for the tests of a file. Call at the top level of the file. Settings that are not known yet come as a function. */
export function useUserService(settings: Settings | (() => Settings) = {}): () => UserService {
  let service: UserService | undefined;
  const url = freshDatabaseUrl();
  beforeAll(async () => {
    await createDatabase(url);
    const given = typeof settings === 'function' ? settings() : settings;
    service = await UserService.start({ POSTGRES_URL: url, ...given });
  });
  afterAll(async () => {
    await service?.app.close();
    await dropDatabase(url);
  });
  return () => {
    if (!service) throw new Error('the user service has not started');
    return service;
  };
}
