import { mongo } from 'mongoose';
import { OverloadedError, UnavailableError, UnknownOutcomeError } from '../errors';
import { type Head, headOf } from '../head';
import type { LogContext } from '../log-context';
import type { StoredMessage } from '../stored-message';
import { type PendingAppend, type PendingChange, type PendingControl, stampDocument } from './pending';

/** So many heads unmoved by others until a conversation counts as this process's own again. */
const contentionMemory = 16;

/** Sends and changes of one conversation that wait in this process, and where the conversation ends. */
export class ConversationQueue {
  readonly id: mongo.ObjectId;
  /** As of the last write or read of this process; another process may be further. Undefined: read it first. */
  head: Head | undefined;
  readonly appends: PendingAppend[] = [];
  readonly changes: PendingChange[] = [];
  readonly controls: PendingControl[] = [];
  /** The conversation has changed since the first waiting sends were let in. */
  isStale = false;
  /** How many of the first appends may be stored already: look them up before writing. */
  suspects = 0;
  /** Above zero: other processes write here as well. */
  private contention = 0;
  /** How many of the first ones are with the store right now. */
  flyingAppends = 0;
  flyingChanges = 0;
  flyingControls = 0;
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
    return this.appends.length + this.changes.length + this.controls.length;
  }

  /** When the longest waiting caller began to wait. */
  get oldest(): number {
    const { appends, changes, controls } = this;
    return Math.min(...[appends[0], changes[0], controls[0]].map((first) => first?.since ?? Infinity));
  }

  addAppend(pending: PendingAppend): void {
    this.appends.push(pending);
    this.appendsByClient.set(clientKey(pending.document), pending);
  }

  /** The send with this clientId that still waits. */
  findAppend(senderId: number, clientId: string): PendingAppend | undefined {
    return this.appendsByClient.get(`${senderId}:${clientId}`);
  }

  /** The control whose turn it is: what was said before it comes before it. */
  nextControl(): PendingControl | undefined {
    const [first] = this.controls;
    return first && first.since <= (this.appends[0]?.since ?? Infinity) ? first : undefined;
  }

  /** The first changes up to `limit`, of different messages; one that looks around goes alone. None when it is the turn of the sends. */
  nextChanges(limit: number): PendingChange[] {
    this.changesNext = !this.changesNext || this.appends.length === 0;
    const ids = new Set<string>();
    const next: PendingChange[] = [];
    if (!this.changesNext) return next;
    for (const pending of this.changes) {
      const id = pending.messageId.toHexString();
      const goesAlone = pending.options.lookAround !== undefined;
      if (next.length === limit || ids.has(id) || (goesAlone && next.length > 0)) break;
      ids.add(id);
      next.push(pending);
      if (goesAlone) break;
    }
    return next;
  }

  /** Numbers the first appends behind the head, as far as the limits allow. */
  stampAppends(limit: number, byteLimit: number): StoredMessage[] {
    const documents: StoredMessage[] = [];
    if (!this.head) return documents;
    let head = this.head;
    const now = new Date(Math.max(Date.now(), head.at));
    let bytes = 0;
    while (documents.length < limit) {
      const pending = this.appends[documents.length];
      if (!pending || this.refuses(pending, head)) break;
      bytes += pending.bytes;
      if (documents.length > 0 && bytes > byteLimit) break;
      documents.push(pending.document);
      head = stampDocument(pending.document, head, now);
    }
    this.flyingAppends = documents.length;
    return documents;
  }

  /** Those that were let in before the last known change of the conversation. */
  staleAppends(): PendingAppend[] {
    this.isStale = false;
    const control = this.head?.control ?? 0;
    return this.appends.filter(({ admission }) => admission && admission.stateEv < control);
  }

  /** Whether it cannot go now: it has to be looked at again, or was just turned away. */
  private refuses(pending: PendingAppend, { control, told }: Head): boolean {
    const { admission } = pending;
    if (!admission) return false;
    if (admission.stateEv < control) return (this.isStale = true);
    try {
      admission.check?.(told);
      return false;
    } catch (error) {
      this.removeAppend(pending);
      pending.reject(error);
      return true;
    }
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

  /** A change of the conversation is durable. */
  commitControl(pending: PendingControl, document: StoredMessage, context: LogContext): void {
    this.removeControl(pending);
    this.head = headOf(document);
    context.counters.appended++;
    context.announce({ kind: 'append', conversationId: this.key, message: document });
    pending.resolve({ message: document, duplicate: false });
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

  removeControl(pending: PendingControl): void {
    this.controls.splice(this.controls.indexOf(pending), 1);
  }

  /** Nothing is with the store any more. */
  land(): void {
    this.flyingAppends = 0;
    this.flyingChanges = 0;
    this.flyingControls = 0;
  }

  /**
   * The store did not answer. What was with it has an unknown outcome; what waited behind fails as well,
   * although it is certainly not stored: a sender's later message must not overtake the earlier one's retry.
   */
  fail(cause: unknown, context: LogContext): void {
    const unknown = new UnknownOutcomeError('No answer from the store: it may be stored', { cause });
    const behind = new UnavailableError('No answer from the store: it is not stored', { cause });
    const { flyingAppends, flyingChanges, flyingControls } = this;
    const flying = flyingAppends + flyingChanges + flyingControls;
    context.counters.unknown += flying;
    context.counters.refused += this.waiting - flying;
    this.head = undefined;
    this.land();
    rejectAll(this.takeAppends(), flyingAppends, unknown, behind);
    rejectAll(this.changes.splice(0), flyingChanges, unknown, behind);
    rejectAll(this.controls.splice(0), flyingControls, unknown, behind);
  }

  /** Turns everybody away behind a caller who has waited since before `start`; for the same reason as above. */
  shed(start: number, context: LogContext): void {
    const tooLong = (first: Waiting | undefined): boolean => !!first && first.since < start;
    const shed: Waiting[] = [
      ...(tooLong(this.appends[0]) ? this.takeAppends() : []),
      ...(tooLong(this.changes[0]) ? this.changes.splice(0) : []),
      ...(tooLong(this.controls[0]) ? this.controls.splice(0) : []),
    ];
    if (shed.length === 0) return;
    const error = new OverloadedError(`Waited longer than ${context.options.deadlineMs} ms: not stored`);
    for (const pending of shed) pending.reject(error);
    context.counters.refused += shed.length;
  }

  private takeAppends(): PendingAppend[] {
    this.suspects = 0;
    this.appendsByClient.clear();
    return this.appends.splice(0);
  }
}

type Waiting = PendingAppend | PendingChange | PendingControl;

/** The first `flying` were with the store. */
function rejectAll(waiting: Waiting[], flying: number, unknown: Error, behind: Error): void {
  waiting.forEach((pending, index) => pending.reject(index < flying ? unknown : behind));
}

function clientKey(document: StoredMessage): string {
  return `${document.sender_id}:${document.clientId}`;
}
