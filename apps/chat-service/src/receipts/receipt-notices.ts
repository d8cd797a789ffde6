import { Injectable } from '@nestjs/common';
import { conversationRead, messageStatus, type ReportedStatus } from '@app/contracts';
import { Broadcaster, rooms } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import type { ConversationState } from '../conversations/state/conversation-state';
import { DepartedUsers } from '../departures/departed-users';
import type { StoredMessage } from '../log/stored-message';
import { PeopleService } from '../people/people.service';

/** A member has come so far, or could not: what others are told of it. */
export interface Step {
  conversation: ConversationState;
  userId: number;
  status: ReportedStatus;
  /** The messages that are marked; the last one is where the member stands now. */
  messages: readonly StoredMessage[];
  at: Date;
}

/** Tells those who may know how far a member has come. However many messages that is about, each device hears of it once. */
@Injectable()
export class ReceiptNotices {
  constructor(
    private readonly policy: ConversationPolicy,
    private readonly people: PeopleService,
    private readonly departed: DepartedUsers,
    private readonly broadcaster: Broadcaster,
    private readonly config: ChatConfig,
  ) {}

  async tell(step: Step): Promise<void> {
    const last = step.messages.at(-1);
    if (!last) return;
    this.tellStatus(step, step.userId, last);
    const others = await this.othersWhoMayKnow(step);
    const newestOf = new Map(step.messages.map((message) => [message.sender_id, message]));
    for (const [senderId, message] of newestOf)
      if (others.has(senderId)) this.tellStatus(step, senderId, message);
    if (step.status === 'read') this.tellRead(step, last.seq, others);
  }

  private tellStatus({ conversation, userId, status, at }: Step, to: number, message: StoredMessage): void {
    const timestamp = at.toISOString();
    this.broadcaster.to(rooms.user(to)).emit(messageStatus, {
      messageId: message._id.toHexString(),
      conversationId: conversation.id,
      userId,
      status,
      timestamp,
      deliveryInfo: status === 'failed' ? [] : [{ user_id: userId, status, timestamp }],
    });
  }

  /** In a large conversation not to everybody: each message would be told as often as the square of its members. */
  private tellRead({ conversation, userId, at }: Step, seq: number, others: Set<number>): void {
    const isLarge = conversation.participants.length > this.config.MAX_READERS_SHOWN;
    const told = [userId, ...(isLarge ? [] : others)];
    this.broadcaster
      .to(...told.map(rooms.user))
      .emit(conversationRead, { conversationId: conversation.id, userId, seq, at: at.toISOString() });
  }

  /** Those who, like the member, let others know what they have read; nobody where the policy lets nothing pass. */
  private async othersWhoMayKnow({ conversation, userId }: Step): Promise<Set<number>> {
    if (!(await this.policy.may({ userId }, conversation, 'tell-reading'))) return new Set();
    const living = this.departed.livingIn(conversation);
    const silent = await this.people.silentReaders(living);
    if (silent.has(userId)) return new Set();
    return new Set(living.filter((id) => id !== userId && !silent.has(id)));
  }
}
