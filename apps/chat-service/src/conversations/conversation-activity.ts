import { Injectable } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { ConversationRepository } from './conversation.repository';

const FLUSH_AFTER_MS = 250;

/** Moves conversations up in their members' lists; many messages of a moment become one write per conversation. */
@Injectable()
export class ConversationActivity {
  private pending = new Map<string, Date>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly conversations: ConversationRepository,
    private readonly logger: Logger,
    shutdown: Shutdown,
  ) {
    shutdown.register('flush-events', 'conversation activity', () => this.flush());
  }

  record(conversationId: string, at: Date): void {
    this.pending.set(conversationId, at);
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
      await this.conversations.touch(batch);
    } catch (error) {
      this.logger.warn('the order of conversation lists lags behind', {
        err: error,
        conversations: batch.size,
      });
    }
  }
}
