import { mongo } from 'mongoose';
import type {
  AppendResult,
  ChangeResult,
  MessageDraft,
  Mutation,
  OutboxEntry,
  StoredMessage,
} from '../stored-message';

/** A caller that waits for a durable result. */
class Pending<T> {
  /** When the waiting began, performance.now(). */
  readonly since = performance.now();
  readonly promise: Promise<T>;
  resolve!: (result: T) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** A send. Its document is built once; every attempt only writes new numbers into it. */
export class PendingAppend extends Pending<AppendResult> {
  readonly document: StoredMessage;
  /** Upper bound of the document's size on the wire. */
  readonly bytes: number;

  constructor(conversationId: mongo.ObjectId, draft: MessageDraft) {
    super();
    this.document = toDocument(conversationId, draft);
    this.bytes = 1_024 + (draft.content.length + draft.clientId.length) * 3;
    for (const attachment of draft.attachments) this.bytes += 16 + attachment.length * 3;
  }
}

/** An edit or delete of a stored message. */
export class PendingChange extends Pending<ChangeResult> {
  constructor(
    readonly messageId: mongo.ObjectId,
    readonly mutate: Mutation,
    readonly outbox: readonly string[],
  ) {
    super();
  }
}

const unset = new Date(0);

/** Every field but the numbers and times, which `stampDocument` writes before each attempt. */
function toDocument(conversationId: mongo.ObjectId, draft: MessageDraft): StoredMessage {
  const document: StoredMessage = {
    _id: new mongo.ObjectId(),
    conversation_id: conversationId,
    seq: 0,
    ev: 0,
    evs: [0],
    head_seq: 0,
    told: 0,
    head_told: 0,
    control_ev: 0,
    sender_id: draft.senderId,
    clientId: draft.clientId,
    content: draft.content,
    type: draft.type,
    attachments: draft.attachments,
    created_at: unset,
    updated_at: unset,
  };
  if (draft.replyTo) document.reply_to = draft.replyTo;
  if (draft.outbox?.length) document.outbox = outboxEntries(document._id, draft.outbox, 0, unset);
  return document;
}

/** Makes the document the `ev`-th change and the `seq`-th message of its conversation. */
export function stampDocument(document: StoredMessage, ev: number, seq: number, at: Date): void {
  document.ev = ev;
  document.evs[0] = ev;
  document.seq = seq;
  document.head_seq = seq;
  document.created_at = at;
  document.updated_at = at;
  if (!document.outbox) return;
  for (const entry of document.outbox) {
    entry.ev = ev;
    entry.at = at;
  }
}

/** The id is made of the message, the event and the attempt's first number: one change, one id. */
export function outboxEntries(
  messageId: mongo.ObjectId,
  types: readonly string[],
  ev: number,
  at: Date,
): OutboxEntry[] {
  const prefix = ev === 0 ? messageId.toHexString() : `${messageId.toHexString()}.${ev}`;
  return types.map((type) => ({ id: `${prefix}.${type}`, type, ev, at }));
}
