import type { ConversationType, RequestStatus } from '@app/contracts';
import { Schema, type Types } from 'mongoose';

/** What is still to be told of the beginning of a conversation; see conversations/beginning-outbox.ts. */
export interface BeginningEntry {
  id: string;
  type: string;
  /** Whom it concerns. */
  user_ids: number[];
  at: Date;
}

/** A projection of the log (docs/adr/0017): the state as of the change `state_ev`, which is found and read quickly. */
export interface StoredConversation {
  _id: Types.ObjectId;
  type: ConversationType;
  name: string | null;
  avatar: string | null;
  description: string | null;
  participants: number[];
  admin_id: number;
  moderator_ids: number[];
  status: RequestStatus;
  initiator_id: number;
  disappear_after: number | null;
  is_deleted: boolean;
  code_ev: number;
  /** Of a channel that is there to be found: its place in the list of channels; see channels/name-words.ts. */
  list_key?: string | null;
  /** All beginnings of the words of its name. */
  list_words?: string[];
  outbox?: BeginningEntry[];
  /** `<smaller id>:<larger id>` of a private conversation. */
  pair?: string;
  /** Number of the last change of the conversation in here; 0: as it was created. */
  state_ev: number;
  /** The newest message, a moment late at most: it orders lists and tells where something unread may be. */
  last_activity_at: Date;
  last_ev: number;
  last_seq: number;
  last_told: number;
  /** When its last change was noted, by the clock of the store. */
  changed_at?: Date;
  /** Of one that is deleted: when the files that its messages name were looked at. */
  files_looked_at?: Date;
  created_at: Date;
  updated_at: Date;
}

export const conversationSchema = new Schema<StoredConversation>(
  {
    type: { type: String, required: true },
    name: { type: String, default: null },
    avatar: { type: String, default: null },
    description: { type: String, default: null },
    participants: { type: [Number], required: true },
    admin_id: { type: Number, required: true },
    moderator_ids: { type: [Number], default: [] },
    status: { type: String, required: true },
    initiator_id: { type: Number, required: true },
    disappear_after: { type: Number, default: null },
    is_deleted: { type: Boolean, default: false },
    code_ev: { type: Number, default: 0 },
    list_key: String,
    list_words: { type: [String], default: undefined },
    outbox: {
      type: [{ _id: false, id: String, type: { type: String }, user_ids: [Number], at: Date }],
      default: undefined,
    },
    pair: String,
    state_ev: { type: Number, default: 0 },
    last_activity_at: { type: Date, required: true },
    last_ev: { type: Number, default: 0 },
    last_seq: { type: Number, default: 0 },
    last_told: { type: Number, default: 0 },
    changed_at: Date,
    files_looked_at: Date,
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  { collection: 'conversations', versionKey: false, writeConcern: { w: 'majority', j: true } },
);

// Where a user's conversations stand, from the index alone: find({ _id: { $in } }, { last_activity_at, last_seq, last_told, last_ev }).
// Not by participants: each message would then move as many index entries as the conversation has members.
conversationSchema.index({ _id: 1, last_activity_at: -1, last_seq: 1, last_told: 1, last_ev: 1 });
// What has changed lately, from the index alone: find({ changed_at: { $gt } }, { _id, changed_at, last_ev }).sort({ changed_at: 1 })
conversationSchema.index({ changed_at: 1, _id: 1, last_ev: 1 });
// Those that are deleted and whose files are still to be looked at: find({ is_deleted: true, files_looked_at: { $exists: false } }).
conversationSchema.index({ files_looked_at: 1 }, { partialFilterExpression: { is_deleted: true } });
// The private conversation of two users is always the same one: refuses the second of two that start at once.
conversationSchema.index({ pair: 1 }, { unique: true, partialFilterExpression: { pair: { $exists: true } } });
// Channels, by name: find({ list_key: { $gt } }), or those whose name has words with these beginnings: find({ list_words: { $all }, … }).
const listed = { partialFilterExpression: { list_key: { $gt: '' } } };
conversationSchema.index({ list_key: 1 }, listed);
conversationSchema.index({ list_words: 1, list_key: 1 }, listed);
// What was begun and not told: find({ 'outbox.at': { $lt } }), in the index's order.
conversationSchema.index({ 'outbox.at': 1 }, { sparse: true });
