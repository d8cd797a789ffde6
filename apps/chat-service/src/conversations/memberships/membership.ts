import type { mongo } from 'mongoose';

/** That a user is or was in a conversation: one document per pair of them. A projection of the log (docs/adr/0017). */
export interface StoredMembership {
  conversation_id: mongo.ObjectId;
  user_id: number;
  /** Whether they are in it now. */
  active: boolean;
  joined_at: Date;
  /** The conversation's last message when they came: what is older was never new to them. */
  joined_seq: number;
  /** Number of the change that made it what it is; 0: since the conversation was created. An older change is ignored. */
  ev: number;
  left_at?: Date;
  /** How far the user has deleted a private conversation for themself. */
  cleared_seq?: number;
  /** The last command that did so: its repeat does not delete what came behind it. */
  cleared_by?: string;
}

export interface Membership {
  conversationId: string;
  userId: number;
  joinedAt: Date;
  joinedSeq: number;
  /** The last message that the user has deleted for themself, with all before it; 0: none. */
  clearedSeq: number;
}
