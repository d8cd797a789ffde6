import { Failure, messageOf } from '../lib/failure.mjs';
import { fromDist } from '../lib/dist.mjs';

const DEADLINES = {
  serverSelectionTimeoutMS: 3_000,
  connectTimeoutMS: 3_000,
  autoIndex: false,
  autoCreate: false,
};

/**
 * Opens what the services store in, by their own settings. One that is away is named in `away` and missing in the others.
 * @param {NodeJS.ProcessEnv} environment
 */
export async function openStores(environment) {
  const { loadConfig } = fromDist('libs/platform/src/config/config.js');
  const { ChatConfig } = fromDist('apps/chat-service/src/config.js');
  const { NotificationConfig } = fromDist('apps/notification-service/src/config.js');
  const chat = loadConfig(ChatConfig, environment);
  const urls = {
    chat: chat.CHAT_DB_URL || chat.MONGODB_URI,
    notifications: loadConfig(NotificationConfig, environment).databaseUrl,
    postgres: environment.POSTGRES_URL,
  };
  const openers = { chat: openMongo, notifications: openMongo, postgres: openPostgres };
  const stores = {};
  const away = [];
  await Promise.all(
    Object.entries(openers).map(async ([name, open]) => {
      try {
        stores[name] = await open(urls[name]);
      } catch (error) {
        away.push({ name, reason: `${placeOf(urls[name])}: ${error.code ?? messageOf(error)}` });
      }
    }),
  );
  const close = () =>
    Promise.all([stores.chat?.close(), stores.notifications?.close(), stores.postgres?.destroy()]);
  return { stores, away, close };
}

/** @typedef {{ chat?: import('mongoose').Connection, notifications?: import('mongoose').Connection, postgres?: import('typeorm').DataSource }} Stores */

async function openMongo(url) {
  const { default: mongoose } = await import('mongoose');
  return mongoose.createConnection(url, DEADLINES).asPromise();
}

async function openPostgres(url) {
  const { createDataSource } = fromDist('apps/user-service/src/data-source.js');
  return createDataSource({ url, poolSize: 2, applicationName: 'doctor', patient: true }).initialize();
}

/** Without user and password. */
function placeOf(url) {
  const place = /@?([^@/]+)(\/[^?]*)?(\?.*)?$/.exec(url.replace(/^[a-z+]+:\/\//, ''));
  return place ? `${place[1]}${place[2] ?? ''}` : 'no URL';
}

/** The settings must say where to look: a wrong guess would find an empty, healthy system. */
export function requireSettings(environment) {
  const missing = ['POSTGRES_URL', 'RABBITMQ_URL']
    .concat(environment.CHAT_DB_URL && environment.NOTIFICATION_DB_URL ? [] : ['MONGODB_URI'])
    .filter((name) => !environment[name]);
  if (missing.length === 0) return;
  throw new Failure(
    `${missing.join(', ')} not set: which stores?`,
    'Set them in the environment or in .env. npm start and npm run infra print the ones that they use.',
  );
}
