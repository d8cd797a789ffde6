import { mongo } from 'mongoose';
import { OverloadedError, UnavailableError, UnknownOutcomeError } from '../errors';
import { type Head, headOf } from '../head';
import type { LogContext } from '../log-context';
import type { StoredMessage } from '../stored-message';
import { type PendingAppend, type PendingChange, stampDocument } from './pending';

/** So many heads unmoved by others until a conversation counts as this process's own again. */
const contentionMemory = 16;

/** Sends and changes of one conversation that wait in this process, and where the conversation ends. */
export class ConversationQueue {
  readonly id: mongo.ObjectId;
  /** As of the last write or read of this process; another process may be further. Undefined: read it first. */
  head: Head | undefined;
  readonly appends: PendingAppend[] = [];
  readonly changes: PendingChange[] = [];
  /** How many of the first appends may be stored already: look them up before writing. */
  suspects = 0;
  /** Above zero: other processes write here as well. */
  private contention = 0;
  /** How many of the first ones are with the store right now. */
  flyingAppends = 0;
  flyingChanges = 0;
  private readonly appendsByClient = new Map<string, PendingAppend>();
  private changesNext = false;

  constructor(readonly key: string) {
    this.id = new mongo.ObjectId(key);
  }

  /** Whether the cached head is good enough to join the common insert. */
  get isCalm(): boolean {
    return this.head !== undefined && this.contention === 0;
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

  /** The first changes up to `limit`, of different messages. None when it is the turn of the sends. */
  nextChanges(limit: number): PendingChange[] {
    this.changesNext = !this.changesNext || this.appends.length === 0;
    const ids = new Set<string>();
    const next: PendingChange[] = [];
    if (!this.changesNext) return next;
    for (const pending of this.changes) {
      const id = pending.messageId.toHexString();
      if (next.length === limit || ids.has(id)) break;
      ids.add(id);
      next.push(pending);
    }
    return next;
  }

  /** Numbers the first appends behind the head, as far as the limits allow. */
  stampAppends(limit: number, byteLimit: number): StoredMessage[] {
    const documents: StoredMessage[] = [];
    if (!this.head) return documents;
    const { ev, seq, at } = this.head;
    const now = new Date(Math.max(Date.now(), at));
    let bytes = 0;
    for (const { document, bytes: size } of this.appends) {
      bytes += size;
      if (documents.length === limit || (documents.length > 0 && bytes > byteLimit)) break;
      documents.push(document);
      stampDocument(document, ev + documents.length, seq + documents.length, now);
    }
    this.flyingAppends = documents.length;
    return documents;
  }

  /** The first `count` appends are durable: announce and answer them in order. */
  commitAppends(count: number, context: LogContext): void {
    const stored = this.appends.splice(0, count);
    const last = stored.at(-1);
    if (!last) return;
    this.head = headOf(last.document);
    context.counters.appended += count;
    for (const { document } of stored) {
      this.appendsByClient.delete(clientKey(document));
      context.announce({ kind: 'append', conversationId: this.key, message: document });
    }
    for (const pending of stored) pending.resolve({ message: pending.document, duplicate: false });
  }

  /** What others wrote, learnt before this process ran into it. */
  observe(head: Head): void {
    if (this.head && this.head.ev < head.ev) this.head = head;
  }

  /** The head as just read. */
  catchUp(head: Head): void {
    const moved = this.head !== undefined && this.head.ev !== head.ev;
    if (moved) this.contention = contentionMemory;
    else if (this.contention > 0) this.contention--;
    this.head = head;
  }

  /** Another process took the number: the head is old, and is read before the next attempt. */
  loseRace(context: LogContext): void {
    context.counters.lostRaces++;
    this.contention = contentionMemory;
  }

  /** Takes an append out, because it is answered otherwise. */
  removeAppend(pending: PendingAppend): void {
    this.appends.splice(this.appends.indexOf(pending), 1);
    this.appendsByClient.delete(clientKey(pending.document));
  }

  removeChange(pending: PendingChange): void {
    this.changes.splice(this.changes.indexOf(pending), 1);
  }

  /** Nothing is with the store any more. */
  land(): void {
    this.flyingAppends = 0;
    this.flyingChanges = 0;
  }

  /**
   * The store did not answer. What was with it has an unknown outcome; what waited behind fails as well,
   * although it is certainly not stored: a sender's later message must not overtake the earlier one's retry.
   */
  fail(cause: unknown, context: LogContext): void {
    const unknown = new UnknownOutcomeError('No answer from the store: it may be stored', { cause });
    const behind = new UnavailableError('No answer from the store: it is not stored', { cause });
    const { flyingAppends, flyingChanges } = this;
    context.counters.unknown += flyingAppends + flyingChanges;
    context.counters.refused += this.waiting - flyingAppends - flyingChanges;
    this.head = undefined;
    this.land();
    this.takeAppends().forEach((pending, index) => pending.reject(index < flyingAppends ? unknown : behind));
    this.changes
      .splice(0)
      .forEach((pending, index) => pending.reject(index < flyingChanges ? unknown : behind));
  }

  /** Turns everybody away behind a caller who has waited since before `start`; for the same reason as above. */
  shed(start: number, context: LogContext): void {
    const tooLong = (first: PendingAppend | PendingChange | undefined): boolean =>
      !!first && first.since < start;
    const shed = tooLong(this.appends[0]) ? this.takeAppends() : [];
    const shedChanges = tooLong(this.changes[0]) ? this.changes.splice(0) : [];
    if (shed.length + shedChanges.length === 0) return;
    const error = new OverloadedError(`Waited longer than ${context.options.deadlineMs} ms: not stored`);
    for (const pending of shed) pending.reject(error);
    for (const pending of shedChanges) pending.reject(error);
    context.counters.refused += shed.length + shedChanges.length;
  }

  private takeAppends(): PendingAppend[] {
    this.suspects = 0;
    this.appendsByClient.clear();
    return this.appends.splice(0);
  }
}

function clientKey(document: StoredMessage): string {
  return `${document.sender_id}:${document.clientId}`;
}
