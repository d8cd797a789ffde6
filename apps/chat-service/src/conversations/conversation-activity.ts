import { Injectable } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { MessageLog } from '../log/message-log';
import type { StoredMessage } from '../log/stored-message';
import { ConversationRepository, type Activity } from './conversation.repository';

const FLUSH_AFTER_MS = 250;

/** Notes where conversations stand, for lists and unread counts; many messages of a moment become one write per conversation. */
@Injectable()
export class ConversationActivity {
  private pending = new Map<string, Activity>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly conversations: ConversationRepository,
    private readonly logger: Logger,
    log: MessageLog,
    shutdown: Shutdown,
  ) {
    log.onCommitted(({ kind, message }) => {
      if (kind === 'append') this.record(message);
    });
    shutdown.register('flush-events', 'conversation activity', () => this.flush());
  }

  record({ conversation_id, created_at, ev, seq, told }: StoredMessage): void {
    const id = conversation_id.toHexString();
    const known = this.pending.get(id);
    if (known && known.last_seq >= seq) return;
    this.pending.set(id, { id, last_activity_at: created_at, last_ev: ev, last_seq: seq, last_told: told });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS).unref();
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
    }
  }

  /** Where conversations end, as far as was noted: up to a moment ago. */
  async headsOf(ids: readonly string[]): Promise<Map<string, { seq: number; told: number }>> {
    const noted = await this.conversations.activityOf(ids);
    return new Map(noted.map(({ id, last_seq, last_told }) => [id, { seq: last_seq, told: last_told }]));
  }
}
