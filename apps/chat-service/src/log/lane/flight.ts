import type { Written } from './confirm';
import type { ConversationQueue } from './conversation-queue';

/**
 * One round of a lane: every conversation in it takes exactly one step (read its head, look up retries, some changes,
 * or a run of appends in the common insert). The next round starts when all have ended, or when time is up.
 */
export class Flight {
  readonly queues: ConversationQueue[] = [];
  readonly steps: Promise<Written | undefined>[] = [];
  /** When the longest waiting caller of the lane began to wait. */
  oldest = Infinity;
  private abandoned = false;

  add(queue: ConversationQueue, step: Promise<Written | undefined>): void {
    this.queues.push(queue);
    this.steps.push(step);
  }

  abandon(): void {
    this.abandoned = true;
  }

  /** Time was up and everybody has been answered: a step that ends now must not touch its conversation. */
  isAbandoned(): boolean {
    return this.abandoned;
  }
}
