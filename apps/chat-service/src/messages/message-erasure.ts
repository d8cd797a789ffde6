import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Attachments } from '../files/attachments';
import { TooManyChangesError } from '../log/errors';
import { MessageLog } from '../log/message-log';
import { MessageReader, type OwnMessage } from '../log/message-reader';

/** Changes of one conversation at once, and the pause behind them: live messages come first. */
const BATCH = 200;
const PAUSE_MS = 40;

/** Takes out of messages what may not outlive the account of their sender. */
@Injectable()
export class MessageErasure {
  constructor(
    private readonly log: MessageLog,
    private readonly messages: MessageReader,
    private readonly attachments: Attachments,
  ) {}

  /**
   * Empties the lists of attachments and of earlier wordings of all that the user has sent to these conversations; how many
   * those were. Each is a change like any other: it has a number, and clients hear of it. What is done stays done if this does
   * not come to its end.
   */
  async removeFilesAndEdits(userId: number, conversationIds: string[]): Promise<number> {
    let changed = 0;
    for (const conversationId of conversationIds)
      changed += await this.inConversation(userId, conversationId);
    return changed;
  }

  private async inConversation(userId: number, conversationId: string): Promise<number> {
    let changed = 0;
    for (let last: OwnMessage | undefined; ;) {
      const page = await this.messages.listOwnWithTraces(conversationId, userId, BATCH, last?.clientId);
      const files = page.flatMap((message) => message.files ?? []);
      if (files.length > 0) await this.attachments.aboutToGo(files);
      await Promise.all(page.map((message) => this.empty(message, conversationId)));
      if (files.length > 0) await this.attachments.gone(files);
      changed += page.length;
      last = page.at(-1);
      if (!last || page.length < BATCH) return changed;
      await delay(PAUSE_MS);
    }
  }

  private async empty({ _id }: OwnMessage, conversationId: string): Promise<void> {
    try {
      await this.log.change(_id.toHexString(), conversationId, ({ attachments, edits }) =>
        attachments.length > 0 || edits ? { attachments: [], files: undefined, edits: undefined } : null,
      );
    } catch (error) {
      if (!(error instanceof TooManyChangesError)) throw error;
      // It can take no further number. The law does not wait for that: clients see it when they read it again.
      await this.log.messages.updateOne(
        { _id },
        { $set: { attachments: [] }, $unset: { edits: '', files: '' } },
      );
    }
  }
}
