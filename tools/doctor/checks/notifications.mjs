const BATCH = 500;
const DURABLE = { writeConcern: { w: 'majority', j: true } };

/** Each notification is of something that has happened, to somebody whom it concerns, and is there once. */
export const notifications = {
  store: 'notifications',
  titles: { notifications: 'notifications are of events, and are there once' },
  async look({ stores, report, progress }) {
    const collection = stores.notifications.db.collection('notifications');
    const chat = stores.chat?.db;
    const total = await collection.estimatedDocumentCount();
    const fields = { user_id: 1, type: 1, actor_id: 1, message_id: 1, related_id: 1, reaction: 1 };
    let looked = 0;
    let batch = [];
    const examine = async () => {
      const problems = [
        ...(await doublesIn(batch, collection)),
        ...(chat ? await groundlessIn(batch.filter(hasNaturalKey), chat) : []),
      ];
      for (const { _id, problem, mayGo } of problems)
        report({
          check: 'notifications',
          subject: _id,
          problem,
          repair: mayGo && (() => remove(collection, _id, mayGo)),
        });
      looked += batch.length;
      batch = [];
      progress(`${looked} of about ${total} notifications`);
    };
    for await (const one of collection.find({}, { projection: fields }))
      if (batch.push(one) === BATCH) await examine();
    await examine();
    return { notifications: looked };
  },
};

async function remove(collection, _id, mayGo) {
  if (!(await mayGo())) throw new Error('messages of its conversation are missing');
  const { deletedCount } = await collection.deleteOne({ _id }, DURABLE);
  return deletedCount === 1 ? 'removed' : 'it is gone already';
}

/** Keys of messages' notifications follow from what is stored; the others at least end with whom they are for. */
const naturalKey = ({ message_id, user_id, actor_id, reaction }) =>
  reaction === undefined ? `${message_id}:${user_id}` : `reaction:${message_id}:${actor_id}:${user_id}`;

const hasNaturalKey = (one) =>
  one.message_id === null ? one._id.endsWith(`:${one.user_id}`) : one._id === naturalKey(one);

async function doublesIn(batch, collection) {
  const misnamed = batch.filter((one) => !hasNaturalKey(one));
  if (misnamed.length === 0) return [];
  const proper = await collection.distinct('_id', { _id: { $in: misnamed.map(naturalKey) } });
  return misnamed.map((one) =>
    proper.includes(naturalKey(one))
      ? { _id: one._id, problem: `a double of ${naturalKey(one)}`, mayGo: async () => true }
      : { _id: one._id, problem: 'not under the key of its event: it may become a double' },
  );
}

/** Nothing has happened that they could be of, as far as the chat's own store knows. */
async function groundlessIn(batch, chat) {
  const senders = await byId(chat, 'messages', batch, 'message_id');
  const conversations = await byId(chat, 'conversations', batch, 'related_id');
  return batch.flatMap(({ _id, user_id, message_id, related_id, reaction }) => {
    const conversation = conversations.get(related_id);
    // Without its conversation this may as well be the wrong database, and nothing goes.
    const mayGo = conversation && (() => isWhole(chat, conversation._id));
    if (message_id !== null && !senders.has(message_id))
      return [{ _id, problem: 'its message does not exist', mayGo }];
    const isOwn = senders.get(message_id)?.sender_id === user_id;
    if (isOwn && reaction === undefined) return [{ _id, problem: 'it tells the sender', mayGo }];
    if (!isOwn && reaction !== undefined)
      return [{ _id, problem: 'it tells somebody of a reaction to what others have said', mayGo }];
    if (/^(group-invite|message-request)/.test(_id) && !conversation)
      return [{ _id, problem: 'its conversation does not exist' }];
    return [];
  });
}

/** No message is missing in the conversation. */
async function isWhole(chat, conversation_id) {
  const messages = chat.collection('messages');
  const last = await messages.findOne({ conversation_id }, { sort: { seq: -1 }, projection: { seq: 1 } });
  return (
    (await messages.countDocuments({ conversation_id, seq: { $lte: last?.seq ?? 0 } })) === (last?.seq ?? 0)
  );
}

async function byId(db, name, batch, field) {
  const { mongo } = await import('mongoose');
  const wanted = [...new Set(batch.map((one) => one[field]))].filter((id) => /^[0-9a-f]{24}$/.test(id ?? ''));
  const found = db
    .collection(name)
    .find({ _id: { $in: wanted.map((id) => new mongo.ObjectId(id)) } }, { projection: { sender_id: 1 } });
  return new Map((await found.toArray()).map((document) => [document._id.toHexString(), document]));
}
