import type { SystemDto } from '@app/contracts';
import { mongo } from 'mongoose';
import type { Head } from '../head';
import type {
  AppendResult,
  ChangeOptions,
  ChangeResult,
  ControlDraft,
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
  readonly admission: MessageDraft['admission'];
  /** Upper bound of the document's size on the wire. */
  readonly bytes: number;

  constructor(conversationId: mongo.ObjectId, draft: MessageDraft) {
    super();
    this.document = toDocument(conversationId, draft);
    this.admission = draft.admission;
    this.bytes = 1_024 + (draft.content.length + draft.clientId.length) * 3;
    for (const attachment of draft.attachments) this.bytes += 16 + attachment.length * 3;
  }
}

/** An edit or delete of a stored message. */
export class PendingChange extends Pending<ChangeResult> {
  constructor(
    readonly messageId: mongo.ObjectId,
    readonly mutate: Mutation,
    readonly options: ChangeOptions,
  ) {
    super();
  }
}

/** A change of the conversation itself. Null: there was nothing to do. */
export class PendingControl extends Pending<AppendResult | null> {
  constructor(readonly draft: ControlDraft) {
    super();
  }
}

const unset = new Date(0);
const SYSTEM = 'system';

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
  if (draft.fields) Object.assign(document, draft.fields);
  if (draft.outbox?.length) document.outbox = outboxEntries(document._id, draft.outbox, 0, unset);
  return document;
}

/** A change of the conversation as the next message behind `head`. */
export function controlDocument(
  conversationId: mongo.ObjectId,
  { senderId, clientId, outbox }: ControlDraft,
  system: SystemDto,
  head: Head,
): StoredMessage {
  const draft = {
    conversationId: '',
    senderId,
    clientId,
    content: '',
    type: SYSTEM,
    attachments: [],
    outbox,
  };
  const document = toDocument(conversationId, draft);
  document.system = system;
  document.prev_control_ev = head.control;
  stampDocument(document, head, new Date(Math.max(Date.now(), head.at)));
  return document;
}

/** Makes the document the next change and the next message behind `head`; answers with the head that it leaves. */
export function stampDocument(document: StoredMessage, head: Head, at: Date): Head {
  const isControl = document.type === SYSTEM;
  const ev = head.ev + 1;
  const seq = head.seq + 1;
  const told = isControl ? head.told : head.told + 1;
  const control = isControl ? ev : head.control;
  document.ev = ev;
  document.evs[0] = ev;
  document.seq = seq;
  document.head_seq = seq;
  document.told = told;
  document.head_told = told;
  document.control_ev = control;
  document.created_at = at;
  document.updated_at = at;
  for (const entry of document.outbox ?? []) {
    entry.ev = ev;
    entry.at = at;
  }
  return { ev, seq, told, control, at: at.getTime() };
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
