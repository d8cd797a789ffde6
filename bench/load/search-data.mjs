import mongoose from 'mongoose';

const { MongoClient, ObjectId } = mongoose.mongo;

/** 200,000 messages: half of them in the first conversation, a quarter in the next 49, a quarter in the rest. */
export const SHAPE = { conversations: 2_000, some: 50, messages: 200_000 };
/** In 70 of 100 messages, in 7 of 100, and in 7 of all. */
export const WORDS = { common: 'everywhere', middling: 'sometimes', rare: 'xylophone' };
const RARE_EVERY = 14_000;
const VOCABULARY = 5_000;
const WORDS_EACH = 8;
const INSERTED_AT_ONCE = 5_000;
const EVERY_MS = 250;

const sizeOf = (index) =>
  index === 0
    ? SHAPE.messages / 2
    : index < SHAPE.some
      ? Math.round(SHAPE.messages / 4 / (SHAPE.some - 1))
      : Math.round(SHAPE.messages / 4 / (SHAPE.conversations - SHAPE.some));

/**
 * Fills the chat's database as a long life would have: to send so much would take minutes, and make half a million
 * notifications. The three conversations exist, each with one message: the first, one of the next 49, one of the rest.
 * @param {string} url
 * @param {string[]} models ids of the three
 */
export async function fill(url, models) {
  const client = await MongoClient.connect(url);
  const db = client.db();
  const [first] = models;
  const ids = [first];
  for (const [model, count] of [
    [models[1], SHAPE.some - 1],
    [models[2], SHAPE.conversations - SHAPE.some],
  ])
    ids.push(model, ...(await copy(db, model, count - 1)));
  const model = await db.collection('messages').findOne({ conversation_id: new ObjectId(first) });
  const batch = [];
  let total = 0;
  for (const [index, id] of ids.entries()) {
    for (let seq = 2; seq <= sizeOf(index); seq++) {
      batch.push(message(model, new ObjectId(id), seq, total++));
      if (batch.length === INSERTED_AT_ONCE)
        await db.collection('messages').insertMany(batch.splice(0), { ordered: false });
    }
  }
  await db.collection('messages').insertMany(batch, { ordered: false });
  const startedAt = performance.now();
  // As on the first start of a service that has a search: nobody has gone through these conversations yet.
  await db.collection('search_patrols').deleteMany({});
  while ((await db.collection('search_entries').estimatedDocumentCount()) < total)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  const indexedPerSecond = total / ((performance.now() - startedAt) / 1_000);
  const { size, totalIndexSize } = await db
    .collection('search_entries')
    .aggregate([{ $collStats: { storageStats: {} } }])
    .map(({ storageStats }) => storageStats)
    .next();
  await client.close();
  return { messages: total, indexedPerSecond, indexMb: totalIndexSize / 2 ** 20, entriesMb: size / 2 ** 20 };
}

/** More conversations like this one; their ids. */
async function copy(db, model, count) {
  const source = new ObjectId(model);
  // What is still to be said of the original is not said again for each copy.
  const conversation = await db
    .collection('conversations')
    .findOne({ _id: source }, { projection: { code: 0, outbox: 0 } });
  const members = await db.collection('memberships').find({ conversation_id: source }).toArray();
  const ids = Array.from({ length: count }, () => new ObjectId());
  await db.collection('conversations').insertMany(ids.map((_id) => ({ ...conversation, _id })));
  await db
    .collection('memberships')
    .insertMany(
      ids.flatMap((conversation_id) =>
        members.map((member) => ({ ...member, _id: new ObjectId(), conversation_id })),
      ),
    );
  return ids.map((id) => id.toHexString());
}

function message(model, conversation_id, seq, number) {
  const _id = new ObjectId();
  const at = new Date(model.created_at.getTime() + number);
  const numbers = { seq, ev: seq, evs: [seq], head_seq: seq, told: seq, head_told: seq };
  const own = {
    _id,
    clientId: _id.toHexString(),
    conversation_id,
    created_at: at,
    updated_at: at,
    outbox: [],
  };
  return { ...model, ...own, ...numbers, content: textOf(number) };
}

/** The same text for the same number in every run; small words are much more frequent than others. */
function textOf(number) {
  const words = [];
  for (let index = 0; index < WORDS_EACH; index++) words.push(wordOf(random(number * WORDS_EACH + index)));
  if (number % 10 < 7) words.push(WORDS.common);
  if (number % 100 < 7) words.push(WORDS.middling);
  if (number % RARE_EVERY === 0) words.push(WORDS.rare);
  return words.join(' ');
}

const wordOf = (chance) => {
  const rank = Math.floor(VOCABULARY * chance ** 3);
  return (
    SYLLABLES[rank % 17] + SYLLABLES[Math.floor(rank / 17) % 17] + SYLLABLES[Math.floor(rank / 289) % 18]
  );
};
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we zi'.split(' ');

/** From 0 to 1. */
function random(seed) {
  let value = Math.imul(seed + 0x9e3779b9, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32;
}
