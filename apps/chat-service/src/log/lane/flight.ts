import type { ConversationQueue } from './conversation-queue';

/**
 * One round of a lane: every conversation in it takes exactly one step (read its head, look up retries, one change,
 * or a run of appends in the common insert). The next round starts when all have ended, or when time is up.
 */
export class Flight {
  /** Time was up: everybody has been answered, so a step that still ends must not touch its conversation. */
  abandoned = false;
  readonly queues: ConversationQueue[] = [];
  readonly steps: Promise<void>[] = [];
  /** When the longest waiting caller of the lane began to wait. */
  oldest = Infinity;

  add(queue: ConversationQueue, step: Promise<void>): void {
    this.queues.push(queue);
    this.steps.push(step);
  }
}
