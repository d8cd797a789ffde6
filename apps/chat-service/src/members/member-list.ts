import { Injectable } from '@nestjs/common';
import { badRequest, type ListMembersDto, type MemberDto, type Page } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { roleIn } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { DepartedUsers } from '../departures/departed-users';
import { PresenceService } from '../presence/presence.service';

const DEFAULT_LIMIT = 100;

@Injectable()
export class MemberList {
  constructor(
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly memberships: MembershipsService,
    private readonly presence: PresenceService,
    private readonly departed: DepartedUsers,
  ) {}

  /** In the order of their ids. */
  async page(caller: Caller, { conversationId, limit, cursor }: ListMembersDto): Promise<Page<MemberDto>> {
    const state = await this.states.getFor(caller.userId, conversationId);
    await this.policy.assertMay(caller, state, 'see');
    const after = startOf(cursor);
    const rest = this.departed.livingIn(state).filter((id) => id > after);
    const shown = rest.slice(0, limit ?? DEFAULT_LIMIT);
    const [online, memberships] = await Promise.all([
      this.presence.onlineAmong(caller.userId, shown).then((ids) => new Set(ids)),
      this.memberships.listIn(state.id, shown),
    ]);
    const joined = new Map(memberships.map(({ userId, joinedAt }) => [userId, joinedAt]));
    const items = shown.map((userId) => ({
      userId,
      role: roleIn(state, userId) as MemberDto['role'],
      joinedAt: (joined.get(userId) ?? state.createdAt).toISOString(),
      online: online.has(userId),
    }));
    return { items, next: rest.length > shown.length ? String(shown.at(-1)) : null };
  }
}

function startOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,10}$/.test(cursor)) throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  return Number(cursor);
}
