import { Injectable } from '@nestjs/common';
import {
  badRequest,
  groupInviteCreatedEvent,
  notFound,
  type AddMembersDto,
  type ConversationDto,
  type OneMemberDto,
  type SystemAction,
  type SystemDto,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationCommands, type Command } from '../conversations/conversation-commands';
import { ConversationViews } from '../conversations/conversation-views';
import { assertAllowed, ConversationPolicy } from '../conversations/policy/conversation-policy';
import type { Action } from '../conversations/policy/rules';
import { situationIn } from '../conversations/policy/situation';
import { roleIn, type ConversationState, type Role } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { DepartedUsers } from '../departures/departed-users';
import { Additions } from './additions';

/** Who belongs to a conversation, and as what. */
@Injectable()
export class MembersService {
  constructor(
    private readonly commands: ConversationCommands,
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly additions: Additions,
    private readonly departed: DepartedUsers,
    private readonly views: ConversationViews,
  ) {}

  /** Who is in it already stays; several come by one change. */
  async add(caller: Caller, input: AddMembersDto): Promise<ConversationDto> {
    const { field, ids } = namedIn(input);
    const before = await this.states.getFor(caller.userId, input.conversationId);
    await this.policy.assertMay(caller, before, 'add-member');
    const asked = ids.filter((id) => !before.participants.includes(id));
    await this.additions.assertMayBeAdded(caller.userId, asked, field);
    const state = await this.commands.runWithin(
      caller,
      input,
      ['member-added'],
      (current) => {
        assertAllowed('add-member', situationIn(current, caller.userId, false));
        const fresh = asked.filter((id) => !current.participants.includes(id));
        this.additions.assertFits(current.participants.length + fresh.length, field);
        return fresh.length > 0 ? { action: 'member-added', userIds: fresh } : null;
      },
      [groupInviteCreatedEvent.name],
    );
    return this.views.of(caller.userId, state);
  }

  remove(caller: Caller, input: OneMemberDto): Promise<ConversationDto> {
    return this.change(caller, input, 'remove-member', () => 'member-removed');
  }

  promote(caller: Caller, input: OneMemberDto): Promise<ConversationDto> {
    return this.change(caller, input, 'promote', (role) => (role === 'member' ? 'moderator-promoted' : null));
  }

  demote(caller: Caller, input: OneMemberDto): Promise<ConversationDto> {
    return this.change(caller, input, 'demote', (role) =>
      role === 'moderator' ? 'moderator-demoted' : null,
    );
  }

  /** The caller stays on as a moderator. */
  transfer(caller: Caller, input: OneMemberDto): Promise<ConversationDto> {
    return this.change(caller, input, 'hand-over', (role) => (role === 'admin' ? null : 'admin-changed'));
  }

  /** For good. With the last one the conversation ends: nobody could come back to it, or answer for it. */
  async quit(caller: Caller, command: Command): Promise<void> {
    await this.commands.run(caller, command, ['member-left', 'conversation-deleted'], (current) => {
      assertAllowed('leave', situationIn(current, caller.userId, false));
      return leaving(current, caller.userId);
    });
  }

  private async change(
    caller: Caller,
    { userId, ...command }: OneMemberDto,
    action: Action,
    effectOn: (role: Role) => SystemAction | null,
  ): Promise<ConversationDto> {
    const actions = (['member', 'moderator', 'admin'] as const).flatMap((role) => effectOn(role) ?? []);
    const state = await this.commands.runWithin(caller, command, actions, (current) => {
      const role = this.targetIn(current, caller, action, userId);
      const effect = effectOn(role);
      return effect && { action: effect, userIds: [userId] };
    });
    return this.views.of(caller.userId, state);
  }

  /** The role of the member to whom the caller may do this. Rights come first: others do not learn who is a member. */
  private targetIn(
    state: ConversationState,
    { userId: callerId }: Caller,
    action: Action,
    userId: number,
  ): Role {
    const role = roleIn(state, userId);
    const isThere = role !== 'stranger' && (action === 'remove-member' || !this.departed.has(userId));
    const target = { isOwn: callerId === userId, targetRole: isThere ? role : 'member' } as const;
    assertAllowed(action, situationIn(state, callerId, false, target));
    if (!isThere) throw notFound('member');
    return role;
  }
}

/** What happens when somebody goes. */
export const leaving = ({ participants }: ConversationState, userId: number): SystemDto =>
  participants.length === 1
    ? { action: 'conversation-deleted', userIds: [] }
    : { action: 'member-left', userIds: [userId] };

function namedIn({ userId, userIds }: AddMembersDto): { field: string; ids: number[] } {
  if (userId !== undefined && userIds !== undefined)
    throw badRequest('userIds', 'must not stand beside userId');
  if (userIds) return { field: 'userIds', ids: [...new Set(userIds)] };
  if (userId === undefined) throw badRequest('userId', 'must be the user id of the new member');
  return { field: 'userId', ids: [userId] };
}
