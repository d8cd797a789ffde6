import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../lib/environment.mjs';
import { fromDist } from '../lib/dist.mjs';

/**
 * The indexes that a service makes when it starts. Its repositories are asked themselves, over a connection that only
 * writes down what they would create; so a new repository needs no entry here.
 * @param {'chat-service' | 'notification-service'} app
 * @returns {Promise<{ collection: string, key: Record<string, number>, options: Record<string, unknown> }[]>}
 */
export async function wantedIndexes(app) {
  const wanted = [];
  const connection = recorder(wanted);
  for (const file of await repositoriesOf(app)) {
    for (const Repository of Object.values(fromDist(file))) {
      if (typeof Repository !== 'function' || !Repository.prototype?.onModuleInit) continue;
      await new Repository(connection).onModuleInit();
    }
  }
  if (app === 'chat-service') {
    const { ensureMessageIndexes } = fromDist('apps/chat-service/src/log/message-indexes.js');
    await ensureMessageIndexes(connection.collection('messages'));
  }
  return wanted;
}

async function repositoriesOf(app) {
  const folder = path.join('apps', app, 'src');
  const files = await readdir(path.join(ROOT, 'dist', folder), { recursive: true });
  return files.filter((file) => file.endsWith('.repository.js')).map((file) => path.join(folder, file));
}

/** Looks like mongoose's connection to somebody who creates indexes. */
function recorder(wanted) {
  const collection = (name) => {
    const createIndex = async (key, options = {}) => void wanted.push({ collection: name, key, options });
    const createIndexes = async (all) => {
      for (const { key, ...options } of all) await createIndex(key, options);
    };
    return { createIndex, createIndexes };
  };
  const model = (_name, schema) => {
    const own = collection(schema.options.collection);
    const all = schema.indexes().map(([key, { background: _, ...options }]) => ({ key, ...options }));
    return { collection: own, createIndexes: () => own.createIndexes(all) };
  };
  return { name: '', collection, model, getClient: () => ({ db: () => ({ collection }) }) };
}
