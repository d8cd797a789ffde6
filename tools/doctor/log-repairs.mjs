import { fromDist } from '../lib/dist.mjs';

const DURABLE = { writeConcern: { w: 'majority', j: true } };

/**
 * Writes what the log says over what was seen; where somebody else has written meanwhile, nothing happens. Messages are
 * never touched.
 * @returns {Promise<string>} what was done
 */
export async function repairLog(db, id, repair) {
  switch (repair.kind) {
    case 'conversation':
    case 'activity':
      return written(
        await db
          .collection('conversations')
          .updateOne({ _id: id, ...repair.seen }, { $set: repair.set }, DURABLE),
      );
    case 'receipt': {
      const own = { conversation_id: id, user_id: repair.userId, ...repair.seen };
      return written(await db.collection('receipts').updateOne(own, { $set: repair.set }, DURABLE));
    }
    case 'membership':
      return written(await writeMembership(db, id, repair));
    case 'search':
      return indexAgain(db, id, repair.ev);
    default:
      throw new Error(`nobody knows how to repair ${repair.kind}`);
  }
}

const written = ({ modifiedCount, upsertedCount }) =>
  modifiedCount + upsertedCount > 0 ? 'written as the log says' : 'it has changed meanwhile: look again';

/** As the service would have left it after all comings and goings. */
async function writeMembership(db, conversation_id, { userId, seen, history }) {
  const joined = history.findLast(({ active }) => active) ?? history[0];
  const last = history.at(-1);
  const values = { active: last.active, joined_at: joined.at, joined_seq: joined.seq, ev: last.ev };
  const left = last.active ? { $unset: { left_at: '' } } : {};
  const set = { ...values, ...(!last.active && { left_at: last.at }) };
  const own = { conversation_id, user_id: userId };
  return db
    .collection('memberships')
    .updateOne(
      seen ? { ...own, ev: seen.ev, active: seen.active, joined_seq: seen.joined_seq } : own,
      seen ? { $set: set, ...left } : { $setOnInsert: set },
      { ...DURABLE, upsert: !seen },
    );
}

/** Marks the conversation as one that nobody takes care of: a chat instance adopts it within seconds. */
async function indexAgain(db, _id, ev) {
  const { isDuplicateKey } = fromDist('apps/chat-service/src/store.js');
  const mark = { due_ev: ev, due_at: new Date(0) };
  const progress = db.collection('search_progress');
  try {
    const ahead = await progress.updateOne({ _id, ev: { $gt: ev } }, { $set: { ...mark, ev: 0 } }, DURABLE);
    if (ahead.modifiedCount === 0)
      await progress.updateOne({ _id }, { $set: mark }, { ...DURABLE, upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return 'given to the chat service to index again';
}
