import { Injectable } from '@nestjs/common';
import { AppError, type ForwardedDto, type ForwardMessageDto, type SentMessageDto } from '@app/contracts';
import { Logger } from '@app/platform';
import type { Caller } from '@app/realtime';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { Attachments } from '../files/attachments';
import type { StoredMessage } from '../log/stored-message';
import { FirstTries } from '../messages/first-tries';
import { MessageAccess } from '../messages/message-access';
import { MessagesService } from '../messages/messages.service';

@Injectable()
export class ForwardsService {
  constructor(
    private readonly access: MessageAccess,
    private readonly messages: MessagesService,
    private readonly firstTries: FirstTries,
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly attachments: Attachments,
    private readonly logger: Logger,
  ) {}

  /** One answer per conversation, in their order. */
  async forward(
    caller: Caller,
    { messageId, conversationIds, clientId }: ForwardMessageDto,
  ): Promise<ForwardedDto[]> {
    const { message } = await this.access.getLiving(caller, messageId, 'forward-from');
    return Promise.all(
      conversationIds.map(async (conversationId) => {
        try {
          return { conversationId, message: await this.copy(caller, message, conversationId, clientId) };
        } catch (error) {
          return { conversationId, error: this.reasonOf(error) };
        }
      }),
    );
  }

  private async copy(
    caller: Caller,
    source: StoredMessage,
    conversationId: string,
    clientId: string | undefined,
  ): Promise<SentMessageDto> {
    let state: ConversationState;
    let files: string[] | undefined;
    try {
      state = await this.states.getFor(caller.userId, conversationId);
      await this.policy.assertMay(caller, state, 'forward-to');
      files = await this.attachments.in(caller, source.attachments);
    } catch (error) {
      return this.firstTries.insteadOf(error, caller, conversationId, clientId);
    }
    const { content, type, attachments, sender_id, created_at } = source;
    // Of a copy of a copy: who said it first.
    const forwarded_from = source.forwarded_from ?? { sender_id, created_at };
    return this.messages.post(caller, state, {
      content,
      type,
      attachments,
      clientId,
      fields: { forwarded_from, ...(files && { files }) },
    });
  }

  private reasonOf(error: unknown): NonNullable<ForwardedDto['error']> {
    if (error instanceof AppError) return { code: error.code, message: error.message };
    this.logger.error('a message could not be forwarded', { err: error });
    return { code: 'INTERNAL', message: 'something went wrong on our side' };
  }
}
