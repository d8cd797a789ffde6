import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError, messageScheduled, messageUnscheduled } from '@app/contracts';
import { Logger } from '@app/platform';
import { Broadcaster, rooms } from '@app/realtime';
import { LeasedWork } from '../leases/leased-work';
import { MessagesService } from '../messages/messages.service';
import { ScheduledRepository, type StoredScheduled } from './scheduled.repository';
import { toScheduledDto } from './scheduled.view';

const EVERY_MS = 1_000;
const BATCH = 50;

/**
 * Sends what is due, in the order of its time. The message is sent under a clientId made of the scheduled one's id, so
 * that a process that dies between sending it and noting that has sent it once all the same.
 */
@Injectable()
export class ScheduledSender implements OnApplicationBootstrap {
  constructor(
    private readonly scheduled: ScheduledRepository,
    private readonly messages: MessagesService,
    private readonly broadcaster: Broadcaster,
    private readonly chores: LeasedWork,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.chores.begin({ name: 'scheduled messages', everyMs: EVERY_MS, work: () => this.sendDue() });
  }

  private async sendDue(): Promise<boolean> {
    const due = await this.scheduled.listDue(BATCH);
    for (const message of due) await this.send(message);
    return due.length === BATCH;
  }

  private async send(due: StoredScheduled): Promise<void> {
    const message = await this.scheduled.claim(due);
    if (!message) return;
    const id = message._id.toHexString();
    const target = this.broadcaster.to(rooms.user(message.user_id));
    const { user_id: userId, username, conversation_id: conversationId } = message;
    try {
      const { answer } = await this.messages.send(
        { userId, username, requestId: `scheduled.${id}` },
        {
          conversationId,
          content: message.content,
          type: message.type,
          attachments: message.attachments,
          clientId: `scheduled:${id}`,
          ...(message.reply_to !== null && { replyTo: message.reply_to }),
          ...(message.thread_id !== null && { threadId: message.thread_id }),
        },
      );
      await answer;
      await this.scheduled.finish(message);
      target.emit(messageUnscheduled, { scheduledId: id, conversationId, reason: 'sent' });
    } catch (error) {
      // What may work later is tried again, in its order; the rest needs its author.
      if (!(error instanceof AppError) || error.code === 'UNAVAILABLE') throw error;
      this.logger.info('a scheduled message could not be sent', { scheduledId: id, code: error.code });
      const failed = await this.scheduled.fail(message, error.code);
      if (failed) target.emit(messageScheduled, toScheduledDto(failed));
    }
  }
}
