import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  messageEditedEvent,
  type EditMessageDto,
  type MessageDto,
  type MessageEditDto,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { Mentions } from '../mentions/mentions.service';
import { MessageReader } from '../log/message-reader';
import type { MessageUpdate, StoredMessage } from '../log/stored-message';
import { MessageAccess } from './message-access';
import { MessageChanges } from './message-changes';
import { assertLength } from './message-limits';

/** Changes of what a message says, and what it said before. */
@Injectable()
export class MessageEditsService {
  constructor(
    private readonly access: MessageAccess,
    private readonly changes: MessageChanges,
    private readonly messages: MessageReader,
    private readonly mentions: Mentions,
    private readonly config: ChatConfig,
  ) {}

  async edit(caller: Caller, { messageId, content, clientId }: EditMessageDto): Promise<MessageDto> {
    if (content.trim() === '') throw badRequest('content', 'must not be empty');
    assertLength(content, this.config.MAX_MESSAGE_LENGTH);
    const found = await this.access.getLiving(caller, messageId, 'edit');
    const named = await this.mentions.in(caller, content, found.state);
    const command = { caller, clientId, outbox: [messageEditedEvent.name] };
    return this.changes.apply(found, command, (current, at) => {
      if (current.content === content) return null;
      return { ...this.edited(current, at), content, mentions: undefined, mention_all: undefined, ...named };
    });
  }

  async list(caller: Caller, messageId: string): Promise<MessageEditDto[]> {
    await this.access.getFor(caller, messageId);
    const edits = await this.messages.listEdits(messageId);
    return edits.map(({ content, at }) => ({ content, at: at.toISOString() }));
  }

  /** Throws FORBIDDEN when it is too late, CONFLICT when it was edited too often. */
  private edited({ content, edits = [], created_at, edited_at }: StoredMessage, at: Date): MessageUpdate {
    const { EDIT_WINDOW_SECONDS: seconds, MAX_EDITS: most } = this.config;
    if (seconds > 0 && at.getTime() - created_at.getTime() > seconds * 1_000)
      throw new AppError('FORBIDDEN', `a message may be edited within ${seconds} seconds after it was sent`);
    if (edits.length >= most) throw new AppError('CONFLICT', `a message may be edited at most ${most} times`);
    return { edits: [...edits, { content, at: edited_at ?? created_at }], edited_at: at };
  }
}
