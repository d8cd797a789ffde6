import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  badRequest,
  messageCreatedEvent,
  type MessageDto,
  type SendMessageDto,
  type SentMessageDto,
} from '@app/contracts';
import { admitted, type Admitted, type Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { DepartedUsers } from '../departures/departed-users';
import { Attachments } from '../files/attachments';
import { sendDuration } from '../log/log-metrics';
import { MessageLog } from '../log/message-log';
import type { MessageDraft, StoredMessage } from '../log/stored-message';
import { Mentions } from '../mentions/mentions.service';
import { ThreadSummaries } from '../threads/thread-summaries';
import { UserDirectory } from '../users/user-directory';
import { FirstTries } from './first-tries';
import { MessageAccess } from './message-access';
import { MessageAdmission } from './message-admission';
import { assertCount, assertLength } from './message-limits';
import { MessagePages } from './message-pages';
import { toMessageDto } from './message.view';

/** What is to be said; who says it and where is known. */
type Post = Pick<MessageDraft, 'content' | 'type' | 'attachments' | 'replyTo' | 'fields'> & {
  clientId: string | undefined;
};

@Injectable()
export class MessagesService {
  constructor(
    private readonly log: MessageLog,
    private readonly firstTries: FirstTries,
    private readonly access: MessageAccess,
    private readonly states: ConversationStates,
    private readonly admission: MessageAdmission,
    private readonly attachments: Attachments,
    private readonly mentions: Mentions,
    private readonly departed: DepartedUsers,
    private readonly users: UserDirectory,
    private readonly pages: MessagePages,
    private readonly threads: ThreadSummaries,
    private readonly config: ChatConfig,
  ) {}

  /** Resolves when the message has its place in line; its answer follows when it is stored. */
  async send(caller: Caller, input: SendMessageDto): Promise<Admitted<SentMessageDto>> {
    this.admission.assertPace(caller);
    try {
      return await this.enqueue(caller, input);
    } catch (error) {
      return admitted(this.firstTries.insteadOf(error, caller, input.conversationId, input.clientId));
    }
  }

  private async enqueue(caller: Caller, input: SendMessageDto): Promise<Admitted<SentMessageDto>> {
    const started = performance.now();
    const state = await this.states.getFor(caller.userId, input.conversationId);
    await this.admission.assertMaySend(caller, state);
    const { content = '', attachments = [], replyTo, threadId, type = 'text', clientId } = input;
    if (content.trim() === '' && attachments.length === 0)
      throw badRequest('content', 'must not be empty without attachments');
    assertLength(content, this.config.MAX_MESSAGE_LENGTH);
    assertCount(attachments, this.config.MAX_ATTACHMENTS);
    const answered =
      replyTo === undefined ? undefined : await this.access.getIn(caller.userId, state, replyTo);
    const named = this.mentions.in(caller, content, state);
    const mentioned = named && (await named);
    const root = threadId === undefined ? undefined : await this.rootOf(caller, state, threadId);
    const naming = this.attachments.in(caller, attachments);
    const files = naming && (await naming);
    const fields = {
      ...mentioned,
      ...(answered && { reply_to_sender: answered.sender_id }),
      ...(root && { thread_id: root }),
      ...(files && { files }),
    };
    const post = { content, attachments, type, clientId, replyTo: answered?._id, fields };
    const stored = this.post(caller, state, post);
    return admitted(
      stored.then((sent) => {
        sendDuration.observe((performance.now() - started) / 1_000);
        return sent;
      }),
    );
  }

  /** Puts it in line at once. Whoever calls has asked whether it may be said here. */
  async post(caller: Caller, state: ConversationState, { clientId, ...post }: Post): Promise<SentMessageDto> {
    const admission = this.admission.of(caller, state);
    this.users.remember(caller.userId, caller.username);
    try {
      const { message, duplicate } = await this.log.append({
        ...post,
        ...(state.disappearAfter !== null && {
          fields: { ...post.fields, expires_at: new Date(Date.now() + state.disappearAfter * 1_000) },
        }),
        conversationId: state.id,
        senderId: caller.userId,
        // Without an id from the client a retry cannot be told from a new message; it still needs one for the store.
        clientId: clientId ?? randomUUID(),
        admission,
        ...(this.departed.livingIn(state).length > 1 && { outbox: [messageCreatedEvent.name] }),
      });
      return duplicate ? { ...toMessageDto(message), duplicate } : toMessageDto(message);
    } catch (error) {
      return this.firstTries.insteadOf(error, caller, state.id, clientId);
    }
  }

  async get(caller: Caller, messageId: string): Promise<MessageDto> {
    const { message, state } = await this.access.getFor(caller, messageId);
    const [shown] = await this.pages.show(caller.userId, state, [message]);
    return shown ?? toMessageDto(message);
  }

  /** A reply to a reply joins the thread of the first. */
  private async rootOf(
    { userId }: Caller,
    state: ConversationState,
    threadId: string,
  ): Promise<StoredMessage['_id']> {
    const answered = await this.access.getIn(userId, state, threadId);
    if (answered.thread_id) return answered.thread_id;
    await this.threads.begin(answered);
    return answered._id;
  }
}
