import { Injectable } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { MessageLog } from '../log/message-log';
import type { StoredMessage } from '../log/stored-message';
import { ConversationRepository, type Progress, type RecentChange } from './conversation.repository';

const FLUSH_AFTER_MS = 250;
const RETRY_AFTER_MS = 1_000;

/**
 * Notes where conversations stand, for lists, unread counts and those who missed a change; much that happens in a moment
 * becomes one write per conversation.
 */
@Injectable()
export class ConversationActivity {
  private pending = new Map<string, Progress>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly conversations: ConversationRepository,
    private readonly logger: Logger,
    log: MessageLog,
    shutdown: Shutdown,
  ) {
    log.onCommitted(({ kind, message, conversationId }) => {
      if (kind === 'append') this.record(message);
      else this.note({ id: conversationId, last_ev: message.ev });
    });
    shutdown.register('flush-events', 'conversation activity', () => this.flush());
  }

  record({ conversation_id, created_at, ev, seq, told }: StoredMessage): void {
    const id = conversation_id.toHexString();
    this.note({ id, last_activity_at: created_at, last_ev: ev, last_seq: seq, last_told: told });
  }

  /** Also called before a list is read, so that it shows what this instance has just seen. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending.size === 0) return;
    const batch = this.pending;
    this.pending = new Map();
    try {
      await this.conversations.touch([...batch.values()]);
    } catch (error) {
      this.logger.warn('lists of conversations lag behind', { err: error, conversations: batch.size });
      for (const progress of batch.values()) this.note(progress, RETRY_AFTER_MS);
    }
  }

  /** Where conversations end, as far as was noted: up to a moment ago. */
  async headsOf(ids: readonly string[]): Promise<Map<string, { seq: number; told: number }>> {
    const noted = await this.conversations.activityOf(ids);
    return new Map(noted.map(({ id, last_seq, last_told }) => [id, { seq: last_seq, told: last_told }]));
  }

  /** Which conversations have changed after a moment, by the clock of the store, as far as was noted; the oldest first. */
  changedAfter(moment: Date, limit: number): Promise<RecentChange[]> {
    return this.conversations.listChangedAfter(moment, limit);
  }

  private note(progress: Progress, afterMs = FLUSH_AFTER_MS): void {
    const known = this.pending.get(progress.id);
    this.pending.set(progress.id, known ? later(known, progress) : progress);
    this.timer ??= setTimeout(() => void this.flush(), afterMs).unref();
  }
}

/** What both say together: of a message and a change of an older one, each knows something that the other does not. */
function later(one: Progress, other: Progress): Progress {
  const newest = (one.last_seq ?? 0) >= (other.last_seq ?? 0) ? one : other;
  return { ...newest, last_ev: Math.max(one.last_ev, other.last_ev) };
}
