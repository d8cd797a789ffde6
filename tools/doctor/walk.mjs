import { examination } from './log/index.mjs';

/** Conversations whose surroundings are in memory at a time; of messages, only one is. */
const BATCH = 50;
const FIELDS = {
  conversation_id: 1,
  seq: 1,
  ev: 1,
  evs: 1,
  head_seq: 1,
  told: 1,
  head_told: 1,
  control_ev: 1,
  prev_control_ev: 1,
  sender_id: 1,
  type: 1,
  system: 1,
  created_at: 1,
  updated_at: 1,
};

/**
 * Examines conversations, one after the other: `found` gets what is wrong with each.
 * @param {import('mongoose').mongo.Db} db
 * @param {{ only?: readonly object[], settled: Date, found: (id: string, problems: object[]) => void,
 *   progress: (conversations: number, messages: number) => void }} options `only`: these, instead of all
 */
export async function walk(db, { only, settled, found, progress }) {
  let conversations = 0;
  let messages = 0;
  for await (const ids of batches(only ?? allIds(db))) {
    const places = await surroundings(db, ids, settled);
    const open = new Map([...places].map(([id, place]) => [id, examination(place)]));
    // With its index this streams; without it, it is sorted on disk: what is looked for may be that it is missing.
    const cursor = db
      .collection('messages')
      .aggregate(
        [
          { $match: { conversation_id: { $in: ids } } },
          { $sort: { conversation_id: 1, seq: 1 } },
          { $project: FIELDS },
        ],
        {
          allowDiskUse: true,
        },
      );
    for await (const message of cursor) {
      open.get(message.conversation_id.toHexString())?.message(message);
      progress(conversations, ++messages);
    }
    for (const [id, { end }] of open) {
      const problems = end();
      if (problems.length > 0) found(id, problems);
    }
    conversations += ids.length;
    progress(conversations, messages);
  }
  return { conversations, messages };
}

/** Also of conversations that have messages and no document. */
async function* allIds(db) {
  const byId = { projection: { _id: 1 }, sort: { _id: 1 } };
  for await (const { _id } of db.collection('conversations').find({}, byId)) yield _id;
  const orphans = [
    { $group: { _id: '$conversation_id' } },
    { $lookup: { from: 'conversations', localField: '_id', foreignField: '_id', as: 'document' } },
    { $match: { document: [] } },
  ];
  for await (const { _id } of db.collection('messages').aggregate(orphans, { allowDiskUse: true })) yield _id;
}

async function* batches(ids) {
  let batch = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function surroundings(db, ids, settled) {
  const of = (name, field) =>
    db
      .collection(name)
      .find({ [field]: { $in: ids } })
      .toArray();
  const [conversations, memberships, receipts, progresses] = await Promise.all([
    of('conversations', '_id'),
    of('memberships', 'conversation_id'),
    of('receipts', 'conversation_id'),
    of('search_progress', '_id'),
  ]);
  return new Map(
    ids.map((id) => [
      id.toHexString(),
      {
        settled,
        conversation: conversations.find(({ _id }) => _id.equals(id)) ?? null,
        memberships: memberships.filter(({ conversation_id }) => conversation_id.equals(id)),
        receipts: receipts.filter(({ conversation_id }) => conversation_id.equals(id)),
        progress: progresses.find(({ _id }) => _id.equals(id)) ?? null,
      },
    ]),
  );
}
