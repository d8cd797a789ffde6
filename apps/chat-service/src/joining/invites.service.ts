import { Injectable } from '@nestjs/common';
import {
  AppError,
  notFound,
  type ConversationDto,
  type CreatedInviteDto,
  type CreateInviteDto,
  type EmptyDto,
  type InviteDto,
  type InviteIdDto,
  type JoinByInviteDto,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationViews } from '../conversations/conversation-views';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { ConversationStates } from '../conversations/state/conversation-states';
import { hashOf, newToken, type Invite } from './invite';
import { InviteRepository } from './invite.repository';
import { JoiningService } from './joining.service';

/** Links by which people join whom nobody has added. */
@Injectable()
export class InvitesService {
  constructor(
    private readonly invites: InviteRepository,
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly joining: JoiningService,
    private readonly views: ConversationViews,
    private readonly config: ChatConfig,
  ) {}

  async create(caller: Caller, input: CreateInviteDto): Promise<CreatedInviteDto> {
    const conversationId = await this.inviterIn(caller, input.conversationId);
    const now = new Date();
    const { expiresInSeconds = this.config.INVITE_TTL, maxUses = null } = input;
    const token = newToken();
    const expiresAt = new Date(now.getTime() + expiresInSeconds * 1_000);
    const fresh = { conversationId, createdBy: caller.userId, createdAt: now, expiresAt, maxUses };
    const invite = await this.invites.insert(fresh, hashOf(token));
    const limit = this.config.MAX_INVITES;
    // Counted with it: of two that are made at once, the second would see room that is not there.
    if ((await this.invites.countLive(conversationId, now)) > limit) {
      await this.invites.remove(invite);
      throw new AppError('CONFLICT', `at most ${limit} invite links of a conversation can be open`);
    }
    return { ...toInviteDto(invite), token };
  }

  async list(caller: Caller, conversationId: string): Promise<InviteDto[]> {
    const id = await this.inviterIn(caller, conversationId);
    return (await this.invites.listLive(id, new Date())).map(toInviteDto);
  }

  async revoke(caller: Caller, { conversationId, inviteId }: InviteIdDto): Promise<EmptyDto> {
    const id = await this.inviterIn(caller, conversationId);
    if (!(await this.invites.revoke(id, inviteId))) throw notFound('invite');
    return {};
  }

  async join(caller: Caller, { token }: JoinByInviteDto): Promise<ConversationDto> {
    const invite = await this.invites.findOpen(hashOf(token), new Date());
    if (!invite) throw notFound('invite');
    const known = await this.states.find(invite.conversationId);
    if (known && !known.isDeleted && known.participants.includes(caller.userId))
      return this.views.of(caller.userId, known);
    if (known) this.joining.assertRoom(known);
    if (!(await this.invites.take(invite, caller.userId, new Date()))) throw notFound('invite');
    const { state, joined } = await this.joining.join(caller, invite.conversationId, 'join-by-code');
    if (joined) await this.invites.note(invite);
    return this.views.of(caller.userId, state);
  }

  /** The conversation's id in our spelling, if the caller may invite to it. */
  private async inviterIn(caller: Caller, conversationId: string): Promise<string> {
    const state = await this.states.getFor(caller.userId, conversationId);
    await this.policy.assertMay(caller, state, 'invite');
    return state.id;
  }
}

const toInviteDto = (invite: Invite): InviteDto => ({
  _id: invite.id,
  conversation_id: invite.conversationId,
  created_by: invite.createdBy,
  created_at: invite.createdAt.toISOString(),
  expires_at: invite.expiresAt.toISOString(),
  uses: invite.uses,
  max_uses: invite.maxUses,
});
