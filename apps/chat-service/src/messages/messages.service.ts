import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  messageCreatedEvent,
  notFound,
  type EditMessageDto,
  type MessageDto,
  type SendMessageDto,
  type SentMessageDto,
} from '@app/contracts';
import { admitted, type Admitted, type Caller } from '@app/realtime';
import { ConversationAccess } from '../conversations/conversation-access';
import { ConversationActivity } from '../conversations/conversation-activity';
import { DepartedUsers } from '../departures/departed-users';
import { sendDuration } from '../log/log-metrics';
import { MessageLog } from '../log/message-log';
import type { StoredMessage } from '../log/stored-message';
import { UserDirectory } from '../users/user-directory';
import { toAppError } from './log-errors';
import { MessageReader } from '../log/message-reader';
import { toMessageDto } from './message.view';

@Injectable()
export class MessagesService {
  constructor(
    private readonly log: MessageLog,
    private readonly messages: MessageReader,
    private readonly access: ConversationAccess,
    private readonly activity: ConversationActivity,
    private readonly departed: DepartedUsers,
    private readonly users: UserDirectory,
  ) {}

  /** Resolves when the message has its place in line; its answer follows when it is stored. */
  async send(caller: Caller, input: SendMessageDto): Promise<Admitted<SentMessageDto>> {
    const started = performance.now();
    const conversation = await this.access.getFor(caller.userId, input.conversationId);
    const { content = '', attachments = [], replyTo } = input;
    if (content.trim() === '' && attachments.length === 0)
      throw badRequest('content', 'must not be empty without attachments');
    const answered = replyTo === undefined ? undefined : await this.getIn(input.conversationId, replyTo);
    this.users.remember(caller.userId, caller.username);
    const stored = this.log.append({
      conversationId: input.conversationId,
      senderId: caller.userId,
      // Without an id from the client a retry cannot be told from a new message; it still needs one for the store.
      clientId: input.clientId ?? randomUUID(),
      content,
      type: input.type ?? 'text',
      attachments,
      ...(answered && { replyTo: answered._id }),
      ...(this.departed.livingIn(conversation).length > 1 && { outbox: [messageCreatedEvent.name] }),
    });
    return admitted(stored.then(({ message, duplicate }) => this.sent(message, duplicate, started), rethrow));
  }

  async edit(caller: Caller, { messageId, content }: EditMessageDto): Promise<MessageDto> {
    if (content.trim() === '') throw badRequest('content', 'must not be empty');
    const message = await this.getOwn(caller, messageId);
    const { message: changed } = await this.log
      .change(messageId, message.conversation_id.toHexString(), (current, at) => {
        if (current.deleted_at) throw notFound('message');
        return current.content === content ? null : { content, edited_at: at };
      })
      .catch(rethrow);
    return toMessageDto(changed);
  }

  /** The place in the sequence stays, the content goes. Deleting twice changes nothing. */
  async delete(caller: Caller, messageId: string): Promise<void> {
    const message = await this.getOwn(caller, messageId);
    await this.log
      .change(messageId, message.conversation_id.toHexString(), (current, at) =>
        current.deleted_at ? null : { content: '', attachments: [], deleted_at: at },
      )
      .catch(rethrow);
  }

  private sent(message: StoredMessage, duplicate: boolean, started: number): SentMessageDto {
    sendDuration.observe((performance.now() - started) / 1_000);
    if (duplicate) return { ...toMessageDto(message), duplicate };
    this.activity.record(message.conversation_id.toHexString(), message.created_at);
    return toMessageDto(message);
  }

  private async getIn(conversationId: string, messageId: string): Promise<StoredMessage> {
    const message = await this.messages.findById(messageId);
    if (message?.conversation_id.toHexString() !== conversationId.toLowerCase()) throw notFound('message');
    return message;
  }

  /** A message that the caller may change. What they may not even see does not exist for them. */
  private async getOwn(caller: Caller, messageId: string): Promise<StoredMessage> {
    const message = await this.messages.findById(messageId);
    const conversation = message && (await this.access.find(message.conversation_id.toHexString()));
    if (!message || !conversation?.participants.includes(caller.userId)) throw notFound('message');
    if (message.sender_id !== caller.userId)
      throw new AppError('FORBIDDEN', 'only its sender may change a message');
    return message;
  }
}

const rethrow = (error: unknown): never => {
  throw toAppError(error);
};
