import { NOTIFICATION_TYPES } from '@app/contracts';
import { isGuarded } from '@app/platform';
import { Schema } from 'mongoose';
import type { Notification } from './notification';

/** A notification counts as stored when a majority has it in its journal. */
export const DURABLE = isGuarded('journal')
  ? ({ w: 'majority', j: true } as const)
  : ({ w: 1, j: false } as const);

export const notificationSchema = new Schema<Notification>(
  {
    _id: { type: String, required: true },
    user_id: { type: Number, required: true },
    event_id: { type: String, required: true },
    type: { type: String, enum: NOTIFICATION_TYPES, required: true },
    actor_id: { type: Number, default: null },
    title: { type: String, required: true },
    content: { type: String, default: '' },
    related_id: { type: String, default: null },
    message_id: { type: String, default: null },
    mentioned: { type: Boolean },
    replied: { type: Boolean },
    reaction: { type: String },
    quiet: { type: Boolean },
    hidden: { type: String },
    hidden_at: { type: Date },
    push_at: { type: Date },
    push_tries: { type: Number },
    push_done: { type: [String], default: undefined },
    message_ev: { type: Number },
    is_read: { type: Boolean, required: true },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  { collection: 'notifications', versionKey: false, writeConcern: DURABLE },
);

/**
 * Serves all three queries, because each index costs a third of the work of an insert and there are thousands a second:
 * count({ user_id, is_read: false }); a page of the unread; a page of all, as two ordered scans merged (is_read in both).
 */
export const BY_USER = { user_id: 1, is_read: 1, created_at: -1, _id: -1 } as const;
notificationSchema.index(BY_USER);

/** What nobody sees is kept as long as its event might come again. Only those are in this index. */
const HIDDEN_KEPT_SECONDS = 30 * 86_400;
notificationSchema.index(
  { hidden_at: 1 },
  { expireAfterSeconds: HIDDEN_KEPT_SECONDS, partialFilterExpression: { hidden_at: { $exists: true } } },
);
