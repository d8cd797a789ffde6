import { Injectable } from '@nestjs/common';
import type { ConversationType } from '@app/contracts';
import { entriesOf } from './beginning-entry';
import { ConversationRepository, toState } from './conversation.repository';
import { Additions } from '../members/additions';
import { MembershipRepository } from './memberships/membership.repository';
import type { ConversationState } from './state/conversation-state';
import { ConversationStates } from './state/conversation-states';

export interface Beginning {
  type: ConversationType;
  name: string | null;
  avatar: string | null;
  description: string | null;
  /** In the order of their ids, the initiator included. */
  participants: number[];
  initiatorId: number;
  status: ConversationState['status'];
}

/** Brings conversations into being. */
@Injectable()
export class ConversationCreation {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly memberships: MembershipRepository,
    private readonly states: ConversationStates,
    private readonly additions: Additions,
  ) {}

  /** For two people who have a private conversation already: that one, and `created: false`. */
  async create(beginning: Beginning): Promise<{ state: ConversationState; created: boolean }> {
    const now = new Date();
    const state: ConversationState = {
      ...beginning,
      id: this.conversations.newId(),
      adminId: beginning.initiatorId,
      moderatorIds: [],
      disappearAfter: null,
      isDeleted: false,
      codeEv: 0,
      createdAt: now,
      updatedAt: now,
      ev: 0,
    };
    const pair = beginning.type === 'private' ? beginning.participants.join(':') : undefined;
    const existing = pair === undefined ? null : await this.conversations.findByPair(pair);
    if (existing) return { state: await this.known(existing._id.toHexString()), created: false };
    await this.additions.assertRoomFor(state.participants, 'participantIds');
    // First the members: a conversation without them would be in nobody's list, members without one are never seen.
    await this.memberships.begin(state.id, state.participants, now);
    const { conversation, created } = await this.conversations.create({
      state,
      pair,
      outbox: entriesOf(state),
    });
    if (created) return { state: this.states.remember(toState(conversation)), created };
    await this.memberships.discard(state.id);
    return { state: await this.known(conversation._id.toHexString()), created };
  }

  private async known(id: string): Promise<ConversationState> {
    const state = await this.states.find(id);
    if (!state) throw new Error(`conversation ${id} has gone while it was read`);
    return state;
  }
}
