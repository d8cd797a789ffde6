import { mongo } from 'mongoose';
import { UnavailableError, UnknownOutcomeError } from '../errors';
import type { Head } from '../head';
import type { LogContext } from '../log-context';
import { type PendingAppend, type PendingChange, stampDocument } from './pending';
import type { StoredMessage } from '../stored-message';

/** Sends and changes of one conversation that wait in this process, and where the conversation ends. */
export class ConversationQueue {
  readonly id: mongo.ObjectId;
  /** As of the last write or read of this process; another process may be further. Undefined: read it first. */
  head: Head | undefined;
  readonly appends: PendingAppend[] = [];
  readonly changes: PendingChange[] = [];
  /** How many of the first appends may be stored already: look them up before writing. */
  suspects = 0;
  /** Above zero: another process writes here as well. Its run comes last in a batch, where a lost race stops nobody. */
  contention = 0;
  /** What is with the store right now. */
  flyingAppends = 0;
  flyingChanges = 0;
  private readonly appendsByClient = new Map<string, PendingAppend>();
  private changesNext = false;

  constructor(readonly key: string) {
    this.id = new mongo.ObjectId(key);
  }

  get waiting(): number {
    return this.appends.length + this.changes.length;
  }

  /** When the longest waiting caller began to wait. */
  get oldest(): number {
    return Math.min(this.appends[0]?.since ?? Infinity, this.changes[0]?.since ?? Infinity);
  }

  addAppend(pending: PendingAppend): void {
    this.appends.push(pending);
    this.appendsByClient.set(clientKey(pending.document), pending);
  }

  /** The send with this clientId that still waits. */
  findAppend(senderId: number, clientId: string): PendingAppend | undefined {
    return this.appendsByClient.get(`${senderId}:${clientId}`);
  }

  /** Sends and changes take turns, so that neither can starve the other. */
  nextChange(): PendingChange | undefined {
    this.changesNext = !this.changesNext;
    return this.changesNext || this.appends.length === 0 ? this.changes[0] : undefined;
  }

  /** Numbers up to `limit` of the first appends behind `head` and adds their documents to the batch. */
  stampAppends(head: Head, limit: number, byteLimit: number, documents: StoredMessage[]): number {
    const at = new Date(Math.max(Date.now(), head.at));
    let bytes = 0;
    let count = 0;
    for (const pending of this.appends) {
      bytes += pending.bytes;
      if (count === limit || (count > 0 && bytes > byteLimit)) break;
      count++;
      stampDocument(pending.document, head.ev + count, head.seq + count, at);
      documents.push(pending.document);
    }
    this.flyingAppends = count;
    return bytes;
  }

  /** The first `count` appends are durable: announce and answer them in order. */
  commitAppends(count: number, context: LogContext): void {
    const stored = this.appends.splice(0, count);
    const last = stored.at(-1)?.document;
    if (!last) return;
    this.head = { ev: last.ev, seq: last.seq, at: last.updated_at.getTime() };
    context.counters.appended += count;
    for (const { document } of stored) {
      this.appendsByClient.delete(clientKey(document));
      context.announce({ kind: 'append', conversationId: this.key, message: document });
    }
    for (const pending of stored) pending.resolve({ message: pending.document, duplicate: false });
  }

  /** Takes one append out of the order, because it is answered otherwise. */
  removeAppend(pending: PendingAppend): void {
    this.appends.splice(this.appends.indexOf(pending), 1);
    this.appendsByClient.delete(clientKey(pending.document));
  }

  /**
   * The store did not answer. What was with it has an unknown outcome; what waited behind fails as well,
   * although it is certainly not stored: a sender's later message must not overtake the earlier one's retry.
   */
  fail(cause: unknown, context: LogContext): void {
    const unknown = new UnknownOutcomeError('No answer from the store: the message may be stored', { cause });
    const behind = new UnavailableError('No answer from the store: the message is not stored', { cause });
    context.counters.unknown += this.flyingAppends + this.flyingChanges;
    this.refuse((index, flying) => (index < flying ? unknown : behind));
  }

  /** Ends all waiting with an error and forgets the numbers. */
  refuse(errorFor: (index: number, flying: number) => Error): void {
    this.head = undefined;
    this.suspects = 0;
    this.appendsByClient.clear();
    const { flyingAppends, flyingChanges } = this;
    this.land();
    this.appends.splice(0).forEach((pending, index) => pending.reject(errorFor(index, flyingAppends)));
    this.changes.splice(0).forEach((pending, index) => pending.reject(errorFor(index, flyingChanges)));
  }

  land(): void {
    this.flyingAppends = 0;
    this.flyingChanges = 0;
  }
}

function clientKey(document: StoredMessage): string {
  return `${document.sender_id}:${document.clientId}`;
}
