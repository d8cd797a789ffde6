import { Injectable } from '@nestjs/common';
import type { SystemDto } from '@app/contracts';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { DepartedUsers } from '../departures/departed-users';
import { leaving } from './members.service';

/** Conversations that are left at the same time. */
const WIDTH = 8;

/** The memberships of an account that is deleted. */
@Injectable()
export class MembershipEnds {
  constructor(
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
    private readonly departed: DepartedUsers,
  ) {}

  /** Safe to repeat. Private conversations stay: the other one keeps what was said. How many were left. */
  async endAllOf(userId: number): Promise<number> {
    const ids = await this.memberships.idsOf(userId);
    let left = 0;
    const next = async (): Promise<void> => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) if (await this.end(id, userId)) left++;
    };
    await Promise.all(Array.from({ length: WIDTH }, next));
    return left;
  }

  private async end(conversationId: string, userId: number): Promise<boolean> {
    const state = await this.states.find(conversationId);
    if (!state || state.type === 'private') return false;
    const byAge = await this.membersByAge(state);
    // First the role, then the member: no conversation is without an admin in between.
    for (let steps = 0; ; steps++) {
      const { message } = await this.states.change({ userId }, conversationId, undefined, (current) =>
        this.nextStep(current, userId, byAge),
      );
      if (!message) return steps > 0;
    }
  }

  private nextStep(state: ConversationState, userId: number, byAge: readonly number[]): SystemDto | null {
    if (state.isDeleted || !state.participants.includes(userId)) return null;
    if (state.adminId !== userId) return leaving(state, userId);
    const living = this.departed.livingIn(state).filter((id) => id !== userId);
    if (living.length === 0) return { action: 'conversation-deleted', userIds: [] };
    // Moderators stand in the order in which they were promoted.
    const heir =
      state.moderatorIds.find((id) => living.includes(id)) ?? byAge.find((id) => living.includes(id));
    return { action: 'admin-changed', userIds: [heir ?? living[0] ?? userId] };
  }

  private async membersByAge({ id, participants }: ConversationState): Promise<number[]> {
    const memberships = await this.memberships.listIn(id, participants);
    return memberships
      .sort((a, b) => a.joinedAt.getTime() - b.joinedAt.getTime() || a.userId - b.userId)
      .map(({ userId }) => userId);
  }
}
