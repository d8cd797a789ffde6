import type { ConversationType } from '@app/contracts';
import { Schema, type Types } from 'mongoose';

export interface StoredConversation {
  _id: Types.ObjectId;
  type: ConversationType;
  name: string | null;
  avatar: string | null;
  participants: number[];
  admin_id: number;
  moderator_ids: number[];
  /** `<smaller id>:<larger id>` of a private conversation. */
  pair?: string;
  /** When the last message came, a moment late at most: it orders lists, nothing else rests on it. */
  last_activity_at: Date;
  created_at: Date;
  updated_at: Date;
}

export const conversationSchema = new Schema<StoredConversation>(
  {
    type: { type: String, required: true },
    name: { type: String, default: null },
    avatar: { type: String, default: null },
    participants: { type: [Number], required: true },
    admin_id: { type: Number, required: true },
    moderator_ids: { type: [Number], default: [] },
    pair: String,
    last_activity_at: { type: Date, required: true },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  { collection: 'conversations', versionKey: false, writeConcern: { w: 'majority', j: true } },
);

// A user's list: find({ participants }).sort({ last_activity_at: -1, _id: -1 })
conversationSchema.index({ participants: 1, last_activity_at: -1, _id: -1 });
// The private conversation of two users is always the same one: refuses the second of two that start at once.
conversationSchema.index({ pair: 1 }, { unique: true, partialFilterExpression: { pair: { $exists: true } } });
