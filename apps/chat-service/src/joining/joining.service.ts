import { Injectable } from '@nestjs/common';
import { AppError } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { assertAllowed } from '../conversations/policy/conversation-policy';
import { situationIn } from '../conversations/policy/situation';
import { ConversationCommands } from '../conversations/conversation-commands';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { ConversationStates } from '../conversations/state/conversation-states';
import type { ConversationState } from '../conversations/state/conversation-state';

/** The one way to become a member by oneself. Who is one already is not told twice, so a repeat needs no `clientId`. */
@Injectable()
export class JoiningService {
  constructor(
    private readonly commands: ConversationCommands,
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
    private readonly config: ChatConfig,
  ) {}

  /** `joined`: whether it was this that made the caller a member. */
  async join(
    caller: Caller,
    conversationId: string,
    by: 'join-by-code' | 'join-channel',
    /** Throws when there is a reason against it at the moment of joining. */
    assertOpen?: (state: ConversationState) => void,
  ): Promise<{ state: ConversationState; joined: boolean }> {
    await this.assertMayJoinMore(caller, conversationId);
    let joined = false;
    const state = await this.commands.run(caller, { conversationId }, ['member-joined'], (current) => {
      assertAllowed(by, situationIn(current, caller.userId, false));
      joined = !current.participants.includes(caller.userId);
      if (!joined) return null;
      assertOpen?.(current);
      this.assertRoom(current);
      return { action: 'member-joined', userIds: [caller.userId] };
    });
    return { state, joined };
  }

  private async assertMayJoinMore({ userId }: Caller, conversationId: string): Promise<void> {
    const known = await this.states.find(conversationId);
    if (known?.participants.includes(userId)) return;
    const limit = this.config.MAX_CONVERSATIONS_PER_USER;
    if ((await this.memberships.listFull([userId], limit)).length > 0)
      throw new AppError('CONFLICT', `you are in ${limit} conversations, the most that one can be in`);
  }

  /** Throws CONFLICT when the conversation is full. */
  assertRoom({ participants }: ConversationState): void {
    const limit = this.config.MAX_GROUP_SIZE;
    if (participants.length >= limit)
      throw new AppError('CONFLICT', `the conversation has ${limit} members and is full`);
  }
}
