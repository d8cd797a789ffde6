import { Injectable } from '@nestjs/common';
import {
  badRequest,
  conversationDeleted,
  type ConversationDto,
  type UpdateConversationDto,
} from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { MessageLog } from '../log/message-log';
import { UnreadPush } from '../unread/unread-push';
import { ConversationCommands, type Command } from './conversation-commands';
import { ConversationViews } from './conversation-views';
import { MembershipsService } from './memberships/memberships.service';
import { assertAllowed, ConversationPolicy } from './policy/conversation-policy';
import { situationIn } from './policy/situation';
import { ConversationStates } from './state/conversation-states';

const FIELDS = ['name', 'avatar', 'description'] as const;

/** What a conversation is called and looks like, and its end. */
@Injectable()
export class ConversationChangesService {
  constructor(
    private readonly commands: ConversationCommands,
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
    private readonly policy: ConversationPolicy,
    private readonly log: MessageLog,
    private readonly unread: UnreadPush,
    private readonly broadcaster: Broadcaster,
    private readonly views: ConversationViews,
  ) {}

  async update(caller: Caller, input: UpdateConversationDto): Promise<ConversationDto> {
    const given = FIELDS.filter((field) => input[field] !== undefined);
    if (given.length === 0) throw badRequest('name', 'must be given, or avatar or description');
    const state = await this.commands.runWithin(caller, input, ['conversation-updated'], (current) => {
      assertAllowed('update', situationIn(current, caller.userId, false));
      if (current.type === 'channel' && input.name !== undefined && !input.name.trim())
        throw badRequest('name', 'must name the channel');
      const changed = given.filter((field) => input[field] !== current[field]);
      if (changed.length === 0) return null;
      const values = Object.fromEntries(changed.map((field) => [field, input[field]]));
      return { action: 'conversation-updated', userIds: [], ...values };
    });
    return this.views.of(caller.userId, state);
  }

  /** A group or channel for everybody; a private conversation for the caller. */
  async delete(caller: Caller, command: Command): Promise<void> {
    const known = await this.states.find(command.conversationId);
    if (known?.type === 'private') return this.clear(caller, command);
    await this.commands.run(caller, command, ['conversation-deleted'], (current) => {
      assertAllowed('delete-conversation', situationIn(current, caller.userId, false));
      return { action: 'conversation-deleted', userIds: [] };
    });
  }

  private async clear(caller: Caller, { conversationId, clientId }: Command): Promise<void> {
    const state = await this.states.getFor(caller.userId, conversationId);
    await this.policy.assertMay(caller, state, 'clear');
    const { seq } = await this.log.last(state.id);
    if (!(await this.memberships.clear(state.id, caller.userId, seq, clientId))) return;
    this.unread.refreshEverywhere(caller.userId);
    const own = this.broadcaster.to(rooms.user(caller.userId));
    own.emit(conversationDeleted, { conversationId: state.id, deletedBy: caller.userId });
  }
}
