import type { ConversationType, RequestStatus } from '@app/contracts';
import { Schema, type Types } from 'mongoose';

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
  /** `<smaller id>:<larger id>` of a private conversation. */
  pair?: string;
  /** Number of the last change of the conversation in here; 0: as it was created. */
  state_ev: number;
  /** The newest message, a moment late at most: it orders lists and tells where something unread may be. */
  last_activity_at: Date;
  last_ev: number;
  last_seq: number;
  last_told: number;
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
    pair: String,
    state_ev: { type: Number, default: 0 },
    last_activity_at: { type: Date, required: true },
    last_ev: { type: Number, default: 0 },
    last_seq: { type: Number, default: 0 },
    last_told: { type: Number, default: 0 },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  { collection: 'conversations', versionKey: false, writeConcern: { w: 'majority', j: true } },
);

// Where a user's conversations stand, from the index alone: find({ _id: { $in } }, { last_activity_at, last_seq, last_told, last_ev }).
// Not by participants: each message would then move as many index entries as the conversation has members.
conversationSchema.index({ _id: 1, last_activity_at: -1, last_seq: 1, last_told: 1, last_ev: 1 });
// The private conversation of two users is always the same one: refuses the second of two that start at once.
conversationSchema.index({ pair: 1 }, { unique: true, partialFilterExpression: { pair: { $exists: true } } });
