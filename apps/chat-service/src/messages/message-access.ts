import { Injectable } from '@nestjs/common';
import { AppError, notFound } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import type { Action } from '../conversations/policy/rules';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { HiddenMessages } from '../hidden/hidden-messages';
import { MessageLog } from '../log/message-log';
import { MessageReader } from '../log/message-reader';
import type { StoredMessage } from '../log/stored-message';

/** A message that the caller sees, and where it stands. */
export interface Found {
  message: StoredMessage;
  state: ConversationState;
}

/** Single messages: who sees them, and what may be done to them. */
@Injectable()
export class MessageAccess {
  constructor(
    private readonly messages: MessageReader,
    private readonly log: MessageLog,
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
    private readonly policy: ConversationPolicy,
    private readonly hidden: HiddenMessages,
  ) {}

  /** Also one that is deleted for all. What the caller may not see does not exist for them. */
  async getFor({ userId }: Pick<Caller, 'userId'>, messageId: string): Promise<Found> {
    const message = await this.messages.findById(messageId);
    if (!message) throw notFound('message');
    const conversationId = message.conversation_id.toHexString();
    const [{ control }, isHidden] = await Promise.all([
      this.log.last(conversationId),
      this.hidden.has(userId, messageId),
    ]);
    // As of this moment, not as this instance remembers it: the caller may have gone meanwhile.
    const state = await this.states.atLeast(conversationId, control);
    if (isHidden || !state || state.isDeleted || !state.participants.includes(userId))
      throw notFound('message');
    await this.assertNotCleared(userId, state, message);
    return { message, state };
  }

  /** One that is to be worked with: not deleted, and by people. Throws NOTFOUND, FORBIDDEN, CONFLICT. */
  async getLiving(caller: Caller, messageId: string, action: Action): Promise<Found> {
    const found = await this.getFor(caller, messageId);
    if (found.message.deleted_at) throw notFound('message');
    await this.assertMay(caller, found, action);
    return found;
  }

  async assertMay(caller: Caller, { message, state }: Found, action: Action): Promise<void> {
    if (message.type === 'system')
      throw new AppError('FORBIDDEN', 'what the service says of a conversation stays as it is');
    await this.policy.assertMay(caller, state, action, { isOwn: message.sender_id === caller.userId });
  }

  /** A message of this conversation that another one may refer to. */
  async getIn(userId: number, state: ConversationState, messageId: string): Promise<StoredMessage> {
    const [message, isHidden] = await Promise.all([
      this.messages.findById(messageId),
      this.hidden.has(userId, messageId),
    ]);
    const isThere = message?.conversation_id.toHexString() === state.id;
    if (!message || !isThere || message.deleted_at || isHidden) throw notFound('message');
    await this.assertNotCleared(userId, state, message);
    return message;
  }

  /** Of a private conversation that the user has deleted for themself, what came before that is gone. */
  private async assertNotCleared(
    userId: number,
    state: ConversationState,
    { seq }: StoredMessage,
  ): Promise<void> {
    if (seq <= (await this.memberships.clearedBy(userId, state))) throw notFound('message');
  }
}
