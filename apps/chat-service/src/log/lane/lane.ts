import { setImmediate as immediate } from 'node:timers/promises';
import { crashAt } from '@app/platform';
import { changeStep } from './change-step';
import { catchUp } from './catch-up';
import { type Written, confirm } from './confirm';
import { ConversationQueue } from './conversation-queue';
import { duplicatesStep } from './duplicates-step';
import { OverloadedError } from '../errors';
import { Flight } from './flight';
import { type Run, insertStep } from './insert-step';
import type { Head } from '../head';
import type { LogContext } from '../log-context';
import { controlStep } from './control-step';
import { PendingAppend, type PendingChange, type PendingControl } from './pending';
import { renewStep } from './renew-step';
import type { AppendResult, ChangeResult, MessageDraft } from '../stored-message';

/** A round that starts late still gets this long (ms), otherwise overload would turn into unknown outcomes. */
const minFlightMs = 500;

/** Changes are read before they are written, so they come in smaller numbers than inserts. */
const maxChangesPerFlight = 100;

/** Conversations in one round that others write to as well: the last one's head must not get old meanwhile. */
const maxContended = 25;

/**
 * Group commit: one round is with the store, whatever arrives meanwhile waits and goes together in the next one.
 * An idle lane starts at once. With two rounds in flight a later message could be stored before an earlier one.
 */
export class Lane {
  /** Oldest use first. Those without waiting callers only remember their head. */
  private readonly conversations = new Map<string, ConversationQueue>();
  /** Those with waiting callers, longest unserved first. */
  private readonly busy = new Set<ConversationQueue>();
  private waiting = 0;
  private flying: Promise<void> | undefined;

  constructor(private readonly context: LogContext) {}

  get waitingCount(): number {
    return this.waiting;
  }

  append(conversationId: string, draft: MessageDraft): Promise<AppendResult> {
    const queue = this.queueOf(conversationId);
    const earlier = queue.findAppend(draft.senderId, draft.clientId);
    if (earlier) return earlier.promise.then(asDuplicate);
    if (this.isFull()) return Promise.reject(this.tooMany());
    const pending = new PendingAppend(queue.id, draft);
    queue.addAppend(pending);
    this.enqueued(queue);
    return pending.promise;
  }

  change(conversationId: string, pending: PendingChange): Promise<ChangeResult> {
    if (this.isFull()) return Promise.reject(this.tooMany());
    const queue = this.queueOf(conversationId);
    queue.changes.push(pending);
    this.enqueued(queue);
    return pending.promise;
  }

  control(conversationId: string, pending: PendingControl): Promise<AppendResult | null> {
    if (this.isFull()) return Promise.reject(this.tooMany());
    const queue = this.queueOf(conversationId);
    queue.controls.push(pending);
    this.enqueued(queue);
    return pending.promise;
  }

  /** Another process wrote: what it left is where the next write of this one begins. */
  observe(conversationId: string, head: Head): void {
    this.conversations.get(conversationId)?.observe(head);
  }

  /** Resolves when nobody waits any more; never later than the deadline. */
  async drain(): Promise<void> {
    await this.flying;
  }

  private isFull(): boolean {
    return this.waiting >= this.context.options.maxWaiting;
  }

  private tooMany(): OverloadedError {
    this.context.counters.refused++;
    return new OverloadedError(`More than ${this.context.options.maxWaiting} messages wait to be stored`);
  }

  private queueOf(conversationId: string): ConversationQueue {
    let queue = this.conversations.get(conversationId);
    if (!queue) {
      queue = new ConversationQueue(conversationId);
      this.conversations.set(conversationId, queue);
    }
    return queue;
  }

  private enqueued(queue: ConversationQueue): void {
    this.waiting++;
    this.busy.add(queue);
    this.flying ??= this.fly();
  }

  private async fly(): Promise<void> {
    // Behind what else this turn of the event loop reads from its sockets: it all goes in the first round.
    await immediate();
    while (this.busy.size > 0) {
      const flight = this.depart();
      try {
        await this.withinDeadline(flight, this.complete(flight));
      } catch (cause) {
        flight.abandon();
        for (const queue of flight.queues) queue.fail(cause, this.context);
      }
      this.tidy(flight);
    }
    this.flying = undefined;
  }

  /** Waits for all steps, makes sure that what they wrote is durable, answers the callers. */
  private async complete(flight: Flight): Promise<void> {
    const written = (await Promise.all(flight.steps)).filter((step) => step !== undefined);
    await confirm(
      this.context,
      written.flatMap(({ proofs }) => proofs),
    );
    if (flight.isAbandoned()) return;
    crashAt('after-insert');
    for (const { settle } of written) settle();
  }

  /** Rejects when the oldest caller of the flight has waited long enough. */
  private async withinDeadline(flight: Flight, completion: Promise<void>): Promise<void> {
    const { deadlineMs } = this.context.options;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`No answer within ${deadlineMs} ms`)),
        Math.max(Math.min(deadlineMs - (performance.now() - flight.oldest), deadlineMs), minFlightMs),
      );
    });
    try {
      await Promise.race([completion, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Starts one step for each conversation that waits, as far as they fit in. */
  private depart(): Flight {
    const { maxBatch, deadlineMs } = this.context.options;
    const flight = new Flight();
    const now = performance.now();
    const calm: ConversationQueue[] = [];
    const contended: ConversationQueue[] = [];
    for (const queue of this.busy) {
      queue.shed(now - deadlineMs, this.context);
      if (queue.waiting === 0) {
        this.busy.delete(queue);
        continue;
      }
      flight.oldest = Math.min(flight.oldest, queue.oldest);
      if (flight.steps.length >= maxBatch) continue;
      if (queue.suspects > 0) {
        flight.add(queue, duplicatesStep(this.context, flight, queue));
        continue;
      }
      if (queue.isStale) {
        flight.add(queue, renewStep(this.context, flight, queue));
        continue;
      }
      const control = queue.nextControl();
      if (control) {
        flight.add(queue, controlStep(this.context, flight, queue, control));
        continue;
      }
      const changes = queue.nextChanges(maxChangesPerFlight);
      if (changes.length > 0) flight.add(queue, changeStep(this.context, flight, queue, changes));
      else if (queue.isCalm) calm.push(queue);
      else if (contended.length < maxContended) contended.push(queue);
    }
    // The first one's head is the freshest when its turn comes: who lost most races is next to win.
    contended.sort((one, other) => one.oldest - other.oldest);
    this.departAppends(flight, calm, contended);
    return flight;
  }

  /** One step for those that only this process seems to write to; the others are read first and do not hold them up. */
  private departAppends(flight: Flight, calm: ConversationQueue[], contended: ConversationQueue[]): void {
    // A busy conversation gets no more than its share, so that it cannot keep others out.
    const share = Math.ceil(this.context.options.maxBatch / (calm.length + contended.length));
    const runs = this.runsOf(calm, share);
    const alone = flight.steps.length === 0 && contended.length === 0;
    if (runs.length > 0) flight.steps.push(insertStep(this.context, flight, runs, alone));
    if (contended.length > 0) flight.steps.push(this.contendedStep(flight, contended, share));
    flight.queues.push(...runs.map(({ queue }) => queue), ...contended);
  }

  private async contendedStep(
    flight: Flight,
    queues: readonly ConversationQueue[],
    share: number,
  ): Promise<Written | undefined> {
    try {
      await catchUp(this.context, flight, queues);
    } catch (error) {
      if (!flight.isAbandoned()) for (const queue of queues) queue.fail(error, this.context);
      return undefined;
    }
    if (flight.isAbandoned()) return undefined;
    return insertStep(this.context, flight, this.runsOf(queues, share));
  }

  private runsOf(queues: readonly ConversationQueue[], share: number): Run[] {
    const { maxBatch, maxBatchBytes } = this.context.options;
    const runs: Run[] = [];
    let count = 0;
    let bytes = 0;
    for (const queue of queues) {
      if (count >= maxBatch || bytes >= maxBatchBytes) break;
      const documents = queue.stampAppends(Math.min(share, maxBatch - count), maxBatchBytes - bytes);
      if (documents.length === 0) continue;
      for (const pending of queue.appends.slice(0, documents.length)) bytes += pending.bytes;
      count += documents.length;
      runs.push({ queue, documents, stored: 0 });
    }
    return runs;
  }

  private tidy(flight: Flight): void {
    for (const queue of flight.queues) {
      this.busy.delete(queue);
      this.conversations.delete(queue.key);
      this.conversations.set(queue.key, queue);
      if (queue.waiting > 0) this.busy.add(queue);
    }
    this.waiting = 0;
    for (const queue of this.busy) this.waiting += queue.waiting;
    for (const [key, queue] of this.conversations) {
      if (this.conversations.size <= this.context.options.maxRemembered) break;
      if (!this.busy.has(queue)) this.conversations.delete(key);
    }
  }
}

function asDuplicate({ message }: AppendResult): AppendResult {
  return { message, duplicate: true };
}
