import { Injectable, type OnModuleInit } from '@nestjs/common';
import { requestCreatedEvent } from '@app/contracts';
import { OutboxRelay, type OutgoingEvent } from '@app/messaging';
import { conversationOf, entriesOf, isOfBeginning } from './beginning-entry';
import { ConversationRepository, toState } from './conversation.repository';
import type { BeginningEntry } from './conversation.schema';
import type { ConversationState } from './state/conversation-state';
import { DepartedUsers } from '../departures/departed-users';
import { MessageOutbox, type OtherOutbox } from '../messages/message-outbox';
import { UserDirectory } from '../users/user-directory';
import { toGroupInvites, toRequestCreated, type Occasion } from './invitation-events';

/** Brings to the bus what there is to tell of the beginning of conversations: at once, and later if that did not work out. */
@Injectable()
export class BeginningOutbox implements OnModuleInit, OtherOutbox {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly departed: DepartedUsers,
    private readonly users: UserDirectory,
    private readonly outbox: MessageOutbox,
    private readonly relay: OutboxRelay,
  ) {}

  onModuleInit(): void {
    this.outbox.include(this);
  }

  /** A conversation that was just created. */
  publishSoon(state: ConversationState, initiatorName: string): void {
    this.relay.publishSoon(entriesOf(state).flatMap((entry) => this.eventsOf(state, entry, initiatorName)));
  }

  owns(eventId: string): boolean {
    return isOfBeginning(eventId);
  }

  async takePending(olderThanMs: number, limit: number, from?: Date): Promise<OutgoingEvent[]> {
    const stored = await this.conversations.listUntold(olderThanMs, limit, from);
    const events = await Promise.all(
      stored.map(async (conversation) => {
        const state = toState(conversation);
        const name = await this.users.nameOf(state.initiatorId);
        const { outbox = [] } = conversation;
        const told = outbox.map((entry) => this.eventsOf(state, entry, name));
        const forNobody = outbox.filter((_entry, index) => told[index]?.length === 0).map(({ id }) => id);
        if (forNobody.length > 0) await this.markPublished(forNobody);
        return told.flat();
      }),
    );
    return events.flat();
  }

  markPublished(ids: string[]): Promise<void> {
    return this.conversations.removeEntries(ids.map(conversationOf), ids);
  }

  private eventsOf(state: ConversationState, entry: BeginningEntry, actorName: string): OutgoingEvent[] {
    const occasion: Occasion = { id: entry.id, at: entry.at, state, actorId: state.initiatorId, actorName };
    const userIds = entry.user_ids.filter((id) => !this.departed.has(id));
    return entry.type === requestCreatedEvent.name
      ? userIds.map((id) => toRequestCreated(occasion, id))
      : toGroupInvites(occasion, 0, userIds);
  }
}
