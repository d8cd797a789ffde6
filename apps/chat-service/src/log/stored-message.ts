import type { SystemDto } from '@app/contracts';
import type { mongo } from 'mongoose';

/** An event of the message that is not yet known to be published; the relay removes it when it is. */
export interface OutboxEntry {
  /** Stable identity of the event: the same after any number of publications. */
  id: string;
  /** Routing key, e.g. `message.created`. */
  type: string;
  /** The change that caused it. */
  ev: number;
  at: Date;
  /** Whose reaction it was. Which one, the message tells, as long as it has it: what was taken back or deleted is not kept here. */
  by?: number;
}

/** One message as stored: content, numbers, idempotency key and outbox in one document, written at once. */
export interface StoredMessage {
  _id: mongo.ObjectId;
  conversation_id: mongo.ObjectId;
  /** Position among the messages of the conversation: 1..n without a hole, never changes. */
  seq: number;
  /** Number of the last change of this document among all durable changes of the conversation. */
  ev: number;
  /** Every change number this document ever took, so that none can be taken again. Not for readers. */
  evs: number[];
  /** The conversation's last seq as of `ev`: the document with the highest ev tells all counters. */
  head_seq: number;
  /** Messages of people (not `system` ones) up to this one; never changes. */
  told: number;
  /** The last message's `told` as of `ev`. */
  head_told: number;
  /** Number of the last change of the conversation itself (a `system` message) as of `ev`; 0: it is as it was created. */
  control_ev: number;
  sender_id: number;
  clientId: string;
  content: string;
  type: string;
  attachments: string[];
  /** The files of ours among the attachments. */
  files?: string[];
  reply_to?: mongo.ObjectId;
  /** Who has said what it answers. */
  reply_to_sender?: number;
  /** Of type `system`: what has happened to the conversation. */
  system?: SystemDto;
  /** Of type `system`: the `control_ev` before it. */
  prev_control_ev?: number;
  /** The root of the thread. */
  thread_id?: mongo.ObjectId;
  /** A thread may have begun here; set before its first reply is stored, outside the numbers of the log. */
  has_replies?: true;
  forwarded_from?: { sender_id: number; created_at: Date };
  mentions?: number[];
  mention_all?: true;
  reactions?: { emoji: string; user_ids: number[] }[];
  pinned_at?: Date;
  pinned_by?: number;
  expires_at?: Date;
  /** What the content was before its edits, oldest first. */
  edits?: { content: string; at: Date }[];
  /** The last commands that changed it, `<user>:<clientId>`: a repeat of one of them changes nothing. */
  ops?: string[];
  /** Never decreases with seq. */
  created_at: Date;
  /** Never decreases with ev. */
  updated_at: Date;
  edited_at?: Date;
  deleted_at?: Date;
  /** In results of the log: the entries of this change only. */
  outbox?: OutboxEntry[];
}

/** The projection without what the log keeps for itself, and what may be long. */
export const SHOWN = { evs: 0, head_seq: 0, told: 0, head_told: 0, edits: 0, ops: 0, outbox: 0 } as const;

/** As much of a message as its readers are shown. */
export type ShownMessage = Omit<StoredMessage, keyof typeof SHOWN>;

/** What a sender may add to a message, beyond what every message has. */
export type DraftFields = Partial<
  Pick<
    StoredMessage,
    'files' | 'reply_to_sender' | 'thread_id' | 'forwarded_from' | 'mentions' | 'mention_all' | 'expires_at'
  >
>;

/**
 * Whether the message may still be sent when its turn comes. The conversation may have changed since it was asked for:
 * the number of that change stands in every document, so the log notices before it stores anything.
 */
export interface Admission {
  /** Number of the last change of the conversation that was known when the message was let in. */
  stateEv: number;
  /** Looks again, at a state that includes `control`, and moves `stateEv`. Rejects when the message may not be sent any more. */
  renew(control: number): Promise<void>;
  /** Asked right before the message takes its number; `told` messages of people stand before it. Throws to refuse. */
  check?(told: number): void;
}

/** A message to be stored. Lengths are the caller's to bound: clientId at most 128 characters. */
export interface MessageDraft {
  /** 24 hex digits. */
  conversationId: string;
  senderId: number;
  /** Unique per sender and conversation; the caller makes one when the client sent none. */
  clientId: string;
  content: string;
  type: string;
  attachments: string[];
  replyTo?: mongo.ObjectId;
  fields?: DraftFields;
  admission?: Admission;
  /** Types of the events to publish once this message is stored, e.g. `['message.created']`. */
  outbox?: readonly string[];
}

/** What a change may set; a key whose value is undefined is removed. Numbers and times of the log are its own. */
export type MessageUpdate = Partial<
  Pick<
    StoredMessage,
    | 'content'
    | 'type'
    | 'attachments'
    | 'files'
    | 'reply_to'
    | 'thread_id'
    | 'forwarded_from'
    | 'mentions'
    | 'mention_all'
    | 'reactions'
    | 'pinned_at'
    | 'pinned_by'
    | 'expires_at'
    | 'edits'
    | 'edited_at'
    | 'deleted_at'
  >
>;

/** What the live feed says of a change in place of the message; whoever missed it gets the message as it is. */
export type Announcement =
  | { kind: 'reaction'; userId: number; emoji: string; added: boolean }
  | { kind: 'pinned'; by: number; pinned: boolean };

export interface ChangeOptions {
  /** Types of the events to publish. */
  outbox?: readonly string[];
  /** Default: the message as it is then. */
  announcement?: Announcement;
  /** `<user>:<clientId>`: a repeat of a command that the message remembers changes nothing. */
  op?: string;
  /**
   * Reads what the mutation must know of the rest of the conversation: nothing that stands before the change is missed.
   * Called again when another writer was faster; the change gets its number alone.
   */
  lookAround?: () => Promise<void>;
}

/** A change of the conversation itself, to be written as a `system` message. */
export interface ControlDraft {
  /** 24 hex digits. */
  conversationId: string;
  senderId: number;
  /** Unique per sender and conversation, as with messages. */
  clientId: string;
  outbox: readonly string[];
  /**
   * What happens, decided from the state right before it: the one that includes the change `control`. Called again
   * when another writer was faster. Null: nothing; a rejection reaches the caller as it is.
   */
  decide(control: number): Promise<SystemDto | null>;
}

/**
 * Decides a change from the message as it is now. Called again when another writer was faster, so it must be
 * pure. Return null when there is nothing to change; throw to refuse (the error reaches the caller as it is).
 * `at` is the time of the change, for `edited_at` or `deleted_at`.
 */
export type Mutation = (current: StoredMessage, at: Date) => MessageUpdate | null;

export interface AppendResult {
  message: StoredMessage;
  /** True when this clientId was stored before: `message` is the first one. */
  duplicate: boolean;
}

export interface ChangeResult {
  message: StoredMessage;
  /** False when the mutation returned null. */
  changed: boolean;
}

/** A durable change of this process, in the order of its conversation. */
export interface CommittedChange {
  kind: 'append' | 'change';
  announcement?: Announcement;
  conversationId: string;
  message: StoredMessage;
}
