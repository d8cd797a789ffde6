import { Injectable } from '@nestjs/common';
import { messageDeleted, messageRemovedEvent, type DeleteMessageDto } from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { Attachments } from '../files/attachments';
import { HiddenMessages } from '../hidden/hidden-messages';
import { TooManyChangesError } from '../log/errors';
import { MessageLog } from '../log/message-log';
import type { StoredMessage } from '../log/stored-message';
import { UnreadPush } from '../unread/unread-push';
import { MessageAccess, type Found } from './message-access';
import { MessageChanges } from './message-changes';
import { toDeletedDto } from './message.view';
import { EMPTIED } from './tombstone';

@Injectable()
export class MessageDeletionService {
  constructor(
    private readonly access: MessageAccess,
    private readonly changes: MessageChanges,
    private readonly hidden: HiddenMessages,
    private readonly unread: UnreadPush,
    private readonly log: MessageLog,
    private readonly attachments: Attachments,
    private readonly broadcaster: Broadcaster,
  ) {}

  /** Deleting twice changes nothing. */
  async delete(caller: Caller, { messageId, forMe = false, clientId }: DeleteMessageDto): Promise<void> {
    if (forMe) return this.hide(caller, messageId);
    const found = await this.access.getFor(caller, messageId);
    await this.access.assertMay(caller, found, 'delete-message');
    const { files } = found.message;
    await this.attachments.aboutToGo(files);
    await this.changes.write(
      found,
      { caller, clientId, outbox: [messageRemovedEvent.name] },
      ({ deleted_at }, at) => (deleted_at ? null : { ...EMPTIED, deleted_at: at }),
    );
    await this.attachments.gone(files);
  }

  /** Its time is over: as if it had been deleted for everybody, by nobody. */
  async expire({ _id, conversation_id, files }: StoredMessage): Promise<void> {
    await this.attachments.aboutToGo(files);
    try {
      await this.log.change(
        _id.toHexString(),
        conversation_id.toHexString(),
        ({ expires_at }, at) => (expires_at ? { ...EMPTIED, deleted_at: at } : null),
        { outbox: [messageRemovedEvent.name] },
      );
    } catch (error) {
      if (!(error instanceof TooManyChangesError)) throw error;
      // It can take no further number. What was promised to go goes: clients see it when they read it again.
      await this.log.messages.updateOne(
        { _id },
        {
          $set: { content: '', attachments: [], deleted_at: new Date() },
          $unset: { expires_at: '', edits: '', files: '' },
        },
      );
    }
    await this.attachments.gone(files);
  }

  /** Whoever sees a message may hide it; once hidden it does not exist for them, and hiding it again changes nothing. */
  private async hide(caller: Caller, messageId: string): Promise<void> {
    if (await this.hidden.has(caller.userId, messageId)) return;
    const found = await this.access.getFor(caller, messageId).catch(async (error: unknown) => {
      // Another device may have hidden it a moment ago.
      if (await this.hidden.has(caller.userId, messageId)) return undefined;
      throw error;
    });
    if (!found) return;
    const { message }: Found = found;
    if (!(await this.hidden.hide(caller.userId, message))) return;
    this.broadcaster
      .to(rooms.user(caller.userId))
      .emit(messageDeleted, { ...toDeletedDto(message), forMe: true });
    this.unread.refreshEverywhere(caller.userId);
  }
}
