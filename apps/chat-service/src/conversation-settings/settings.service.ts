import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  conversationArchived,
  conversationMuted,
  conversationNicknamed,
  conversationPinned,
  notFound,
  type ArchiveConversationDto,
  type ConversationSettingsDto,
  type ExportedSettingsDto,
  type MuteConversationDto,
  type NicknameDto,
  type PinConversationDto,
} from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { ConversationStates } from '../conversations/state/conversation-states';
import { NOTHING_SET, toSettingsDto, type Settings } from './settings';
import { QuietMembers } from './quiet-members';
import { SettingsRepository } from './settings.repository';

/**
 * What a member sets for a conversation, for themself alone. Each command says what shall be, so a repeat changes nothing.
 * All devices of the user hear of it.
 */
@Injectable()
export class SettingsService {
  constructor(
    private readonly settings: SettingsRepository,
    private readonly quiet: QuietMembers,
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
    private readonly broadcaster: Broadcaster,
    private readonly config: ChatConfig,
  ) {}

  async mute(
    caller: Caller,
    { conversationId, muted, muteUntil, exceptMentions }: MuteConversationDto,
  ): Promise<ConversationSettingsDto> {
    const until = muteUntil === undefined ? null : new Date(muteUntil);
    if (until && !muted) throw badRequest('muteUntil', 'must not be there when nothing is muted');
    if (exceptMentions && !muted)
      throw badRequest('exceptMentions', 'must not be there when nothing is muted');
    if (until && until <= new Date()) throw badRequest('muteUntil', 'must be in the future');
    const id = await this.memberOf(caller, conversationId);
    const dto = await this.set(caller, id, {
      muted,
      muted_until: until,
      except_mentions: exceptMentions === true,
    });
    this.quiet.changed(id);
    this.devicesOf(caller).emit(conversationMuted, {
      conversationId: id,
      muted: dto.muted,
      mutedUntil: dto.mutedUntil,
      notify: dto.notify,
    });
    return dto;
  }

  async pin(
    caller: Caller,
    { conversationId, pinned }: PinConversationDto,
  ): Promise<ConversationSettingsDto> {
    const id = await this.memberOf(caller, conversationId);
    const before = await this.settings.find(caller.userId, id);
    // Pinned again it stays where it is.
    if (pinned && (before.pinned_at ?? null) !== null) return toSettingsDto(before, new Date());
    const dto = await this.set(caller, id, { pinned_at: pinned ? new Date() : null });
    const limit = this.config.MAX_PINNED_CONVERSATIONS;
    // Counted with it: of two that are pinned at once, the second would see room that is not there.
    if (pinned && (await this.countPinned(caller.userId)) > limit) {
      await this.settings.set(caller.userId, id, { pinned_at: null });
      throw new AppError('CONFLICT', `at most ${limit} conversations can be pinned`);
    }
    this.devicesOf(caller).emit(conversationPinned, { conversationId: id, pinned });
    return dto;
  }

  async archive(
    caller: Caller,
    { conversationId, archived = true }: ArchiveConversationDto,
  ): Promise<ConversationSettingsDto> {
    const id = await this.memberOf(caller, conversationId);
    const dto = await this.set(caller, id, { archived });
    this.devicesOf(caller).emit(conversationArchived, { conversationId: id, archived });
    return dto;
  }

  async nickname(
    caller: Caller,
    { conversationId, userId, nickname }: NicknameDto,
  ): Promise<ConversationSettingsDto> {
    if (nickname?.trim() === '') throw badRequest('nickname', 'must not be empty');
    const { id, participants } = await this.states.getFor(caller.userId, conversationId);
    if (nickname === null) await this.settings.removeNickname(caller.userId, id, userId);
    else {
      if (!participants.includes(userId)) throw notFound('member');
      const limit = this.config.MAX_NICKNAMES;
      if (!(await this.settings.setNickname(caller.userId, id, userId, nickname, limit)))
        throw new AppError('CONFLICT', `at most ${limit} members of a conversation can have nicknames`);
    }
    this.devicesOf(caller).emit(conversationNicknamed, { conversationId: id, userId, nickname });
    return this.of(caller.userId, id);
  }

  /** What the user has set for the conversation. */
  async of(userId: number, conversationId: string): Promise<ConversationSettingsDto> {
    return toSettingsDto(await this.settings.find(userId, conversationId), new Date());
  }

  /** What the user has set for each of the conversations, in their order. */
  async ofAll(userId: number, conversationIds: string[]): Promise<ConversationSettingsDto[]> {
    const found = await this.settings.findAll(userId, conversationIds);
    const now = new Date();
    return conversationIds.map((id) => toSettingsDto(found.get(id) ?? NOTHING_SET, now));
  }

  /** How the user's list is arranged. */
  async arrangementOf(userId: number): Promise<{ pinned: Map<string, Date>; archived: Set<string> }> {
    const [pinned, archived] = await Promise.all([
      this.settings.listPinned(userId),
      this.settings.listArchived(userId),
    ]);
    return { pinned, archived: new Set(archived) };
  }

  /** All of one user in the order of their conversations, those behind one of them. */
  async listOwn(userId: number, after: string | undefined, limit: number): Promise<ExportedSettingsDto[]> {
    const now = new Date();
    const found = await this.settings.listOwn(userId, after, limit);
    return found.map(([conversation_id, each]) => ({ conversation_id, ...toSettingsDto(each, now) }));
  }

  /** For a deleted account. */
  removeAllOf(userId: number): Promise<void> {
    return this.settings.removeAllOf(userId);
  }

  /** Those that the user has left do not count: nobody sees them, and nobody could take them back. */
  private async countPinned(userId: number): Promise<number> {
    const [pinned, ids] = await Promise.all([
      this.settings.listPinned(userId),
      this.memberships.idsOf(userId),
    ]);
    return ids.filter((id) => pinned.has(id)).length;
  }

  private async set(
    caller: Caller,
    conversationId: string,
    values: Settings,
  ): Promise<ConversationSettingsDto> {
    return toSettingsDto(await this.settings.set(caller.userId, conversationId, values), new Date());
  }

  /** Its id in our spelling. */
  private async memberOf(caller: Caller, conversationId: string): Promise<string> {
    return (await this.states.getFor(caller.userId, conversationId)).id;
  }

  private devicesOf({ userId }: Caller) {
    return this.broadcaster.to(rooms.user(userId));
  }
}
