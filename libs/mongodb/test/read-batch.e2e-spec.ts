import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mongo } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startInfrastructure, type Infrastructure } from '../../../tools/infra/index.mjs';
import { batchReader, type BatchRead } from '../src/reads/read-batch';

interface Note {
  _id: mongo.ObjectId;
  n: number;
  text: string;
  at: Date;
}

const MAX_TIME = { maxTimeMS: 3_000 };
const COUNT = 500;

let dataDir: string;
let stores: Infrastructure;
let client: mongo.MongoClient;
let db: mongo.Db;
let notes: mongo.Collection<Note>;
let read: BatchRead<Note>;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'read-batch-'));
  stores = await startInfrastructure({ dataDir, only: ['mongodb'] });
  client = await new mongo.MongoClient(stores.mongodbUri, { retryReads: false }).connect();
  db = client.db('read-batch');
  notes = db.collection('notes');
  read = batchReader(db, notes);
  await notes.createIndex({ n: 1 }, { name: 'by_n' });
  await notes.insertMany(Array.from({ length: COUNT }, (_, n) => note(n, `the ${n}th`)));
});

afterAll(async () => {
  await client.close();
  await stores.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const note = (n: number, text: string): Note => ({ _id: new mongo.ObjectId(), n, text, at: new Date(n) });

/** How many the store has been asked. */
async function questions(): Promise<{ find: number; getMore: number }> {
  const { opcounters } = await client.db('admin').command({ serverStatus: 1 });
  const { query, getmore } = opcounters as { query: number; getmore: number };
  return { find: query, getMore: getmore };
}

it('finds what a cursor finds, in its order', async () => {
  const filter = { n: { $lt: 400 } };
  expect(await read(filter, { ...MAX_TIME, sort: { n: -1 }, limit: 250 })).toEqual(
    await notes.find(filter).sort({ n: -1 }).limit(250).toArray(),
  );
  expect(await read({ n: 7 }, { ...MAX_TIME, projection: { _id: 0, n: 1 } })).toEqual([{ n: 7 }]);
  expect(await read({ n: -1 }, MAX_TIME)).toEqual([]);
});

it('finds all there are with one question, more than the first batch of a cursor', async () => {
  const before = await questions();
  expect(await read({}, MAX_TIME)).toHaveLength(COUNT);
  expect(await questions()).toEqual({ find: before.find + 1, getMore: before.getMore });
});

it('finds all where one answer has no room for them, and leaves no cursor open', async () => {
  const large = db.collection<Note>('large');
  const text = 'x'.repeat(1_000_000);
  await large.insertMany(Array.from({ length: 20 }, (_, n) => note(n, text)));
  const found = await batchReader(db, large)({}, { ...MAX_TIME, sort: { n: 1 } });
  expect(found.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  const { metrics } = await client.db('admin').command({ serverStatus: 1 });
  expect((metrics as { cursor: { open: { total: number } } }).cursor.open.total).toBe(0);
});

it('uses the index that is named', async () => {
  await expect(read({ n: 1 }, { ...MAX_TIME, hint: 'no_such_index' })).rejects.toThrow(/hint/);
  expect(await read({ n: 1 }, { ...MAX_TIME, hint: 'by_n' })).toHaveLength(1);
});

it('fails as a cursor fails', async () => {
  const wrong = { n: { $no: 1 } } as unknown as mongo.Filter<Note>;
  const [ours, theirs] = await Promise.all([
    read(wrong, MAX_TIME).catch((error: unknown) => error),
    notes
      .find(wrong, MAX_TIME)
      .toArray()
      .catch((error: unknown) => error),
  ]);
  expect(ours).toBeInstanceOf(mongo.MongoServerError);
  expect((ours as mongo.MongoServerError).code).toBe((theirs as mongo.MongoServerError).code);
  expect((ours as Error).message).toBe((theirs as Error).message);
});

it('gives up when its time is over', async () => {
  const slow = { $where: 'sleep(50) || true' } as unknown as mongo.Filter<Note>;
  await expect(read(slow, { maxTimeMS: 100 })).rejects.toMatchObject({ code: 50 });
});
