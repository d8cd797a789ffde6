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
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { DepartedUsers } from '../departures/departed-users';
import { sendDuration } from '../log/log-metrics';
import { MessageLog } from '../log/message-log';
import type { StoredMessage } from '../log/stored-message';
import { PeopleService } from '../people/people.service';
import { UserDirectory } from '../users/user-directory';
import { toAppError } from './log-errors';
import { MessageAdmission } from './message-admission';
import { MessageReader } from '../log/message-reader';
import { toMessageDto } from './message.view';

/** A message of the caller, and where it stands. */
interface Own {
  message: StoredMessage;
  conversation: ConversationState;
}

@Injectable()
export class MessagesService {
  constructor(
    private readonly log: MessageLog,
    private readonly messages: MessageReader,
    private readonly states: ConversationStates,
    private readonly admission: MessageAdmission,
    private readonly departed: DepartedUsers,
    private readonly users: UserDirectory,
    private readonly people: PeopleService,
  ) {}

  /** Resolves when the message has its place in line; its answer follows when it is stored. */
  async send(caller: Caller, input: SendMessageDto): Promise<Admitted<SentMessageDto>> {
    const started = performance.now();
    const conversation = await this.states.getFor(caller.userId, input.conversationId);
    await this.admission.assertMaySend(caller, conversation);
    const { content = '', attachments = [], replyTo } = input;
    if (content.trim() === '' && attachments.length === 0)
      throw badRequest('content', 'must not be empty without attachments');
    const answered = replyTo === undefined ? undefined : await this.getIn(input.conversationId, replyTo);
    const admission = this.admission.of(caller, conversation);
    this.users.remember(caller.userId, caller.username);
    const stored = this.log.append({
      conversationId: input.conversationId,
      senderId: caller.userId,
      // Without an id from the client a retry cannot be told from a new message; it still needs one for the store.
      clientId: input.clientId ?? randomUUID(),
      content,
      type: input.type ?? 'text',
      attachments,
      admission,
      ...(answered && { replyTo: answered._id }),
      ...(this.departed.livingIn(conversation).length > 1 && { outbox: [messageCreatedEvent.name] }),
    });
    return admitted(stored.then(({ message, duplicate }) => this.sent(message, duplicate, started), rethrow));
  }

  async edit(caller: Caller, { messageId, content }: EditMessageDto): Promise<MessageDto> {
    if (content.trim() === '') throw badRequest('content', 'must not be empty');
    const { conversation } = await this.getOwn(caller, messageId);
    // What is said anew needs the right to say it; what is taken back does not.
    if (conversation.type === 'private') await this.people.assertTalking(conversation.participants);
    const { message: changed } = await this.log
      .change(messageId, conversation.id, (current, at) => {
        if (current.deleted_at) throw notFound('message');
        return current.content === content ? null : { content, edited_at: at };
      })
      .catch(rethrow);
    return toMessageDto(changed);
  }

  /** The place in the sequence stays, the content goes. Deleting twice changes nothing. */
  async delete(caller: Caller, messageId: string): Promise<void> {
    const { conversation } = await this.getOwn(caller, messageId);
    await this.log
      .change(messageId, conversation.id, (current, at) =>
        current.deleted_at ? null : { content: '', attachments: [], deleted_at: at },
      )
      .catch(rethrow);
  }

  private sent(message: StoredMessage, duplicate: boolean, started: number): SentMessageDto {
    sendDuration.observe((performance.now() - started) / 1_000);
    return duplicate ? { ...toMessageDto(message), duplicate } : toMessageDto(message);
  }

  private async getIn(conversationId: string, messageId: string): Promise<StoredMessage> {
    const message = await this.messages.findById(messageId);
    if (message?.conversation_id.toHexString() !== conversationId.toLowerCase()) throw notFound('message');
    return message;
  }

  /** A message that the caller may change. What they may not even see does not exist for them. */
  private async getOwn(caller: Caller, messageId: string): Promise<Own> {
    const message = await this.messages.findById(messageId);
    const conversation = message && (await this.states.find(message.conversation_id.toHexString()));
    if (
      !message ||
      !conversation ||
      conversation.isDeleted ||
      !conversation.participants.includes(caller.userId)
    )
      throw notFound('message');
    if (message.sender_id !== caller.userId)
      throw new AppError('FORBIDDEN', 'only its sender may change a message');
    return { message, conversation };
  }
}

const rethrow = (error: unknown): never => {
  throw toAppError(error);
};
