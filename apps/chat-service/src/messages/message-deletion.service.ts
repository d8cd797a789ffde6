import { Injectable } from '@nestjs/common';
import { messageDeleted, messageRemovedEvent, type DeleteMessageDto } from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { HiddenMessages } from '../hidden/hidden-messages';
import type { MessageUpdate } from '../log/stored-message';
import { UnreadPush } from '../unread/unread-push';
import { MessageAccess, type Found } from './message-access';
import { MessageChanges } from './message-changes';
import { toDeletedDto } from './message.view';

/** All that a message has said and all that was done to it; its place stays. */
const EMPTIED: MessageUpdate = {
  content: '',
  attachments: [],
  mentions: undefined,
  mention_all: undefined,
  forwarded_from: undefined,
  reactions: undefined,
  edits: undefined,
  edited_at: undefined,
  pinned_at: undefined,
  pinned_by: undefined,
};

@Injectable()
export class MessageDeletionService {
  constructor(
    private readonly access: MessageAccess,
    private readonly changes: MessageChanges,
    private readonly hidden: HiddenMessages,
    private readonly unread: UnreadPush,
    private readonly broadcaster: Broadcaster,
  ) {}

  /** Deleting twice changes nothing. */
  async delete(caller: Caller, { messageId, forMe = false, clientId }: DeleteMessageDto): Promise<void> {
    if (forMe) return this.hide(caller, messageId);
    const found = await this.access.getFor(caller, messageId);
    await this.access.assertMay(caller, found, 'delete-message');
    await this.changes.write(
      found,
      { caller, clientId, outbox: [messageRemovedEvent.name] },
      ({ deleted_at }, at) => (deleted_at ? null : { ...EMPTIED, deleted_at: at }),
    );
  }

  /** Whoever sees a message may hide it; once hidden it does not exist for them, and hiding it again changes nothing. */
  private async hide(caller: Caller, messageId: string): Promise<void> {
    if (await this.hidden.has(caller.userId, messageId)) return;
    const { message }: Found = await this.access.getFor(caller, messageId);
    if (!(await this.hidden.hide(caller.userId, message))) return;
    this.broadcaster
      .to(rooms.user(caller.userId))
      .emit(messageDeleted, { ...toDeletedDto(message), forMe: true });
    this.unread.refreshEverywhere(caller.userId);
  }
}
