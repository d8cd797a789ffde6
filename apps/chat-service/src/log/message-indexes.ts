import { isGuarded } from '@app/platform';
import type { mongo } from 'mongoose';
import type { StoredMessage } from './stored-message';

/** Names are read back from duplicate key errors (MongoDB 4.0 names nothing else), so they are fixed here. */
export const indexNames = {
  changeNumber: 'messages_change_number_unique',
  sequence: 'messages_sequence_unique',
  clientId: 'messages_client_id_unique',
  changes: 'messages_changes',
  byTime: 'messages_by_time',
  controls: 'messages_controls',
  expiry: 'messages_expiry',
  outbox: 'messages_outbox',
  own: 'messages_own',
  deleted: 'messages_deleted',
  projections: 'messages_projections',
  threads: 'messages_threads',
  pins: 'messages_pins',
  reactions: 'messages_reactions',
  files: 'messages_files',
} as const;

/** The outbox entry of a change of a conversation that is not in its projections yet. It never goes to the bus. */
export const PROJECTION = 'conversation.projection';

const indexes: mongo.IndexDescription[] = [
  // U1: a change number is taken once and for ever. Over all numbers a document ever had, not over `ev` alone:
  // an edit moves `ev` on, and the number that it leaves could be taken again by a writer that missed the edit.
  { name: indexNames.changeNumber, key: { conversation_id: 1, evs: 1 }, unique: true },
  // History pages: find({ conversation_id, seq: { $lt } }).sort({ seq: -1 }). Unique: refuses a second n-th message.
  { name: indexNames.sequence, key: { conversation_id: 1, seq: 1 }, unique: true },
  // U2: one message per clientId. Also finds the first message for a retry: find({ conversation_id, sender_id, clientId }).
  {
    name: indexNames.clientId,
    key: { conversation_id: 1, sender_id: 1, clientId: 1 },
    unique: isGuarded('unique-client-id'),
    partialFilterExpression: { clientId: { $exists: true } },
  },
  // The head, find({ conversation_id }).sort({ ev: -1 }).limit(1), and sync, find({ conversation_id, ev: { $gt } }).sort({ ev: 1 }).
  { name: indexNames.changes, key: { conversation_id: 1, ev: 1 } },
  // Where a date falls in a history: find({ conversation_id, created_at: { $lte } }).sort({ created_at: -1, seq: -1 }).
  // A batch shares one created_at, so seq belongs to the order; without it in the index every message would be sorted.
  { name: indexNames.byTime, key: { conversation_id: 1, created_at: 1, seq: 1 } },
  // What has happened to the conversation since a state of it: find({ conversation_id, prev_control_ev: { $gte } }).
  {
    name: indexNames.controls,
    key: { conversation_id: 1, prev_control_ev: 1 },
    partialFilterExpression: { prev_control_ev: { $exists: true } },
  },
  // How many messages of one's own stand after a watermark, from the index alone: count({ conversation_id, sender_id, seq, type }).
  { name: indexNames.own, key: { conversation_id: 1, sender_id: 1, seq: 1, type: 1 } },
  // The deleted ones after a watermark, from the index alone: find({ conversation_id, seq, deleted_at: { $gt } }, { sender_id }).
  {
    name: indexNames.deleted,
    key: { conversation_id: 1, seq: 1, sender_id: 1, deleted_at: 1 },
    partialFilterExpression: { deleted_at: { $exists: true } },
  },
  // Whose time is over: find({ expires_at: { $lte } }).sort({ expires_at: 1 }). Emptied ones leave it.
  {
    name: indexNames.expiry,
    key: { expires_at: 1 },
    partialFilterExpression: { expires_at: { $exists: true } },
  },
  // The relay's sweep: find({ 'outbox.at': { $lt } }), in the index's order. Partial: an emptied outbox has no entry, so the index stays tiny.
  {
    name: indexNames.outbox,
    key: { 'outbox.at': 1 },
    partialFilterExpression: { 'outbox.at': { $exists: true } },
  },
  // Changes of conversations that are still to be projected: find({ 'outbox.type': PROJECTION }). Tiny.
  {
    name: indexNames.projections,
    key: { 'outbox.type': 1 },
    partialFilterExpression: { 'outbox.type': PROJECTION },
  },
  // A thread in its order, and which messages are roots of one: find({ conversation_id, thread_id }).sort({ seq }).
  {
    name: indexNames.threads,
    key: { conversation_id: 1, thread_id: 1, seq: 1 },
    partialFilterExpression: { thread_id: { $exists: true } },
  },
  // What is pinned in a conversation: find({ conversation_id, pinned_at: { $exists: true } }).sort({ pinned_at: -1 }).
  {
    name: indexNames.pins,
    key: { conversation_id: 1, pinned_at: 1 },
    partialFilterExpression: { pinned_at: { $exists: true } },
  },
  // What somebody has reacted to, when they leave or ask for their data: find({ 'reactions.user_ids', _id: { $gt } }).
  {
    name: indexNames.reactions,
    key: { 'reactions.user_ids': 1, _id: 1 },
    partialFilterExpression: { 'reactions.user_ids': { $exists: true } },
  },
  // Where a file is shown: find({ files, deleted_at: { $exists: false } }, { conversation_id }). Most messages are not in it.
  {
    name: indexNames.files,
    key: { files: 1, conversation_id: 1 },
    partialFilterExpression: { files: { $exists: true } },
  },
];

/**
 * Creates the indexes, or verifies that they are as described; rejects when an index of that name differs.
 * Await it before readiness: without the unique ones the numbers of two writers may collide unseen.
 */
export async function ensureMessageIndexes(messages: mongo.Collection<StoredMessage>): Promise<void> {
  await messages.createIndexes(indexes);
}
