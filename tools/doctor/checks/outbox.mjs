import { whyStuck } from '../why-stuck.mjs';

/** What is to be told has been told, or is a few seconds old. */
export const outbox = {
  store: 'chat',
  titles: { outbox: 'events of messages and conversations have gone out' },
  async look({ stores: { chat }, settled, report, environment }) {
    let looked = 0;
    for (const name of ['messages', 'conversations']) {
      const waiting = chat.db
        .collection(name)
        .find(
          { 'outbox.at': { $lt: settled } },
          { projection: { outbox: 1, conversation_id: 1 }, sort: { 'outbox.at': 1 } },
        );
      for await (const { _id, outbox: entries, conversation_id = _id } of waiting) {
        for (const { id, type, at } of entries.filter((entry) => entry.at < settled)) {
          looked++;
          const detail = await reason(chat.db, conversation_id, type, environment);
          report({
            check: 'outbox',
            subject: id,
            problem: `${type} waits since ${at.toISOString()}`,
            detail,
          });
        }
      }
    }
    return { outbox: looked };
  },
};

async function reason(db, conversationId, type, environment) {
  const conversation = await db
    .collection('conversations')
    .findOne({ _id: conversationId }, { projection: { _id: 1 } });
  if (!conversation) return 'its conversation does not exist: nobody can be told';
  return whyStuck(environment, 'chat', type);
}
