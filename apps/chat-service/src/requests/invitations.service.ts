import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  conversationInvited,
  groupInviteCreatedEvent,
  requestAcceptedEvent,
  requestDeclinedEvent,
  type ConversationDto,
} from '@app/contracts';
import type { OutgoingEvent } from '@app/messaging';
import { Logger } from '@app/platform';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ConversationViews } from '../conversations/conversation-views';
import { toControlChange } from '../conversations/state/control-change';
import type { ConversationState } from '../conversations/state/conversation-state';
import { DepartedUsers } from '../departures/departed-users';
import { MessageFeed } from '../feed/message-feed';
import { MessageOutbox, type Telling } from '../messages/message-outbox';
import { BeginningOutbox } from '../conversations/beginning-outbox';
import {
  toGroupInvites,
  toRequestAccepted,
  toRequestDeclined,
  type Occasion,
} from '../conversations/invitation-events';

/** Tells people, live and over the bus, that somebody has brought them into a conversation or asks them for one. */
@Injectable()
export class InvitationsService implements OnModuleInit {
  constructor(
    private readonly departed: DepartedUsers,
    private readonly views: ConversationViews,
    private readonly broadcaster: Broadcaster,
    private readonly feed: MessageFeed,
    private readonly outbox: MessageOutbox,
    private readonly beginnings: BeginningOutbox,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    // Each instance tells its own sockets, in the order of the log.
    this.feed.onControl(({ system: { action, userIds }, actorId }, state) => {
      if (action === 'member-added')
        this.tellHere(state, userIds, actorId).catch((error: unknown) =>
          this.logger.warn('somebody was not told of an invitation', { err: error }),
        );
    });
    this.outbox.describe(groupInviteCreatedEvent.name, (telling) => this.ofAddition(telling));
    this.outbox.describe(requestAcceptedEvent.name, (telling) => [toRequestAccepted(occasionOf(telling))]);
    this.outbox.describe(requestDeclinedEvent.name, (telling) => [toRequestDeclined(occasionOf(telling))]);
  }

  /** A conversation was created. One between contacts is no invitation. */
  begun(caller: Caller, state: ConversationState, conversation: ConversationDto): void {
    this.beginnings.publishSoon(state, caller.username);
    if (state.type === 'private' && state.status !== 'pending') return;
    const others = state.participants.filter((id) => id !== caller.userId);
    if (others.length === 0) return;
    this.broadcaster
      .to(...others.map(rooms.user))
      .emit(conversationInvited, { conversation, invitedBy: caller.userId });
  }

  private async tellHere(
    state: ConversationState,
    userIds: readonly number[],
    invitedBy: number,
  ): Promise<void> {
    if (!userIds.some((id) => this.broadcaster.hasLocal(id))) return;
    const conversation = await this.views.shared(state);
    const target = this.broadcaster.to(...userIds.map(rooms.user)).local;
    target.emit(conversationInvited, { conversation, invitedBy });
  }

  private ofAddition(telling: Telling): OutgoingEvent[] {
    const change = toControlChange(telling.message);
    const invitees = change?.system.userIds.filter((id) => !this.departed.has(id)) ?? [];
    return change ? toGroupInvites(occasionOf(telling), change.ev, invitees) : [];
  }
}

const occasionOf = ({ entry, message, state, senderName }: Telling): Occasion => ({
  id: entry.id,
  at: entry.at,
  state,
  actorId: message.sender_id,
  actorName: senderName,
});
