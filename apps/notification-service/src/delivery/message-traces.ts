import { Injectable } from '@nestjs/common';
import { unavailable, type MessageEditedDto, type MessageRemovedDto } from '@app/contracts';
import { Logger } from '@app/platform';
import { asItIsNow, type LaterMessage, type Notification } from '../notifications/notification';
import { MessageTraceRepository } from './message-trace.repository';

/**
 * What becomes of notifications when their message is edited or deleted. Events of one message come by different queues, so
 * in any order: a change is kept for a while, and who stores a notification looks whether its message has changed meanwhile.
 */
@Injectable()
export class MessageTraces {
  constructor(
    private readonly traces: MessageTraceRepository,
    private readonly logger: Logger,
  ) {}

  /** Safe to repeat. Throws UNAVAILABLE while the store is away. */
  edited({ messageId, ev, preview }: MessageEditedDto): Promise<void> {
    return this.apply({ message_id: messageId, ev, content: preview });
  }

  /** Nothing that it said is shown any more. Safe to repeat. Throws UNAVAILABLE while the store is away. */
  removed({ messageId, ev }: MessageRemovedDto): Promise<void> {
    return this.apply({ message_id: messageId, ev, content: null });
  }

  /** Asked after they were stored: a change that comes at the same time finds them, or is found. */
  async settle(stored: Notification[]): Promise<Notification[]> {
    const ids = new Set(stored.flatMap(({ message_id }) => message_id ?? []));
    const changed = ids.size > 0 ? await this.traces.listOf([...ids]) : [];
    if (changed.length === 0) return stored;
    const later = new Map(changed.map((trace) => [trace.message_id, trace]));
    await Promise.all(changed.map((trace) => this.traces.write(trace)));
    return stored.map((item) => {
      const trace = item.message_id === null ? undefined : later.get(item.message_id);
      return trace ? asItIsNow(item, trace) : item;
    });
  }

  private async apply(trace: LaterMessage): Promise<void> {
    try {
      await this.traces.keep(trace);
      await this.traces.write(trace);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn('a changed message is looked after later', { messageId: trace.message_id, reason });
      throw unavailable('the notification store');
    }
  }
}
