import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  conversationCreated,
  type ConversationDto,
  type ConversationListItemDto,
  type ConversationType,
  type CreateConversationDto,
  type JoinedDto,
  type ListConversationsDto,
  type MemberDto,
  type Page,
} from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { DepartedUsers } from '../departures/departed-users';
import { MessageHistory } from '../messages/message-history';
import { PeopleService } from '../people/people.service';
import { PresenceService } from '../presence/presence.service';
import { UserDirectory } from '../users/user-directory';
import { ConversationAccess } from './conversation-access';
import { ConversationActivity } from './conversation-activity';
import { ConversationRepository, type ListStart } from './conversation.repository';
import { roleOf, toConversationDto } from './conversation.view';

const DEFAULT_LIMIT = 20;

@Injectable()
export class ConversationsService {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly access: ConversationAccess,
    private readonly activity: ConversationActivity,
    private readonly history: MessageHistory,
    private readonly departed: DepartedUsers,
    private readonly users: UserDirectory,
    private readonly people: PeopleService,
    private readonly presence: PresenceService,
    private readonly broadcaster: Broadcaster,
    private readonly config: ChatConfig,
  ) {}

  async create(caller: Caller, input: CreateConversationDto): Promise<ConversationDto> {
    const type = input.type ?? 'group';
    const others = this.othersIn(input, caller.userId);
    if (type === 'private' && others.length !== 1) {
      throw badRequest('participantIds', 'must name exactly one other user for a private conversation');
    }
    await this.users.assertKnown(others, 'participantIds');
    await this.assertMayBeAdded(caller.userId, others, type);
    const participants = [caller.userId, ...others].sort((a, b) => a - b);
    const { conversation, created } = await this.conversations.create({
      type,
      name: input.name ?? null,
      avatar: input.avatar ?? null,
      participants,
      admin_id: caller.userId,
      ...(type === 'private' && { pair: participants.join(':') }),
    });
    const dto = this.access.remember(toConversationDto(conversation));
    if (created)
      this.broadcaster.to(...participants.map(rooms.user)).emit(conversationCreated, { conversation: dto });
    return dto;
  }

  async list(caller: Caller, input: ListConversationsDto): Promise<Page<ConversationListItemDto>> {
    const limit = input.limit ?? DEFAULT_LIMIT;
    await this.activity.flush();
    const stored = await this.conversations.listOf(caller.userId, limit + 1, startOf(input));
    const shown = stored.slice(0, limit);
    const items = await Promise.all(
      shown.map(async (conversation) => {
        const dto = toConversationDto(conversation);
        return { ...dto, ...(await this.history.summaryFor(caller.userId, dto)) };
      }),
    );
    const last = shown.at(-1);
    const next =
      last && stored.length > limit ? `${last.last_activity_at.getTime()}.${last._id.toHexString()}` : null;
    return { items, next };
  }

  /** All that the user is in. */
  idsOf(userId: number): Promise<string[]> {
    return this.conversations.listIdsOf(userId);
  }

  /** Those that exist, in the order of their ids. */
  async getAll(ids: string[]): Promise<ConversationDto[]> {
    return (await this.conversations.listByIds(ids)).map(toConversationDto);
  }

  get(caller: Caller, conversationId: string): Promise<ConversationDto> {
    return this.access.getFor(caller.userId, conversationId);
  }

  async joined(caller: Caller, conversationId: string): Promise<JoinedDto> {
    const { participants } = await this.access.getFor(caller.userId, conversationId);
    const [{ seq, ev }, membersOnline] = await Promise.all([
      this.history.head(conversationId),
      this.presence.onlineAmong(caller.userId, participants),
    ]);
    return { lastSeq: seq, lastEv: ev, membersOnline };
  }

  async members(caller: Caller, conversationId: string): Promise<MemberDto[]> {
    const conversation = await this.access.getFor(caller.userId, conversationId);
    const members = this.departed.livingIn(conversation);
    const online = new Set(await this.presence.onlineAmong(caller.userId, members));
    return members.map((userId) => ({
      userId,
      role: roleOf(userId, conversation),
      joinedAt: conversation.created_at,
      online: online.has(userId),
    }));
  }

  /** Nobody brings people into a conversation who block them, or whom they block; a private conversation needs the good will of both. */
  private async assertMayBeAdded(callerId: number, others: number[], type: ConversationType): Promise<void> {
    if (type === 'private') return this.people.assertTalking([callerId, ...others]);
    if (!(await this.people.isApartFromAny(callerId, others))) return;
    // Neither who it is nor which of the two blocks: the wish not to be found out is part of a block.
    const message = 'must not name users with whom you are not on talking terms';
    throw new AppError('FORBIDDEN', `participantIds ${message}`, [{ field: 'participantIds', message }]);
  }

  /** The members besides the caller, each once. */
  private othersIn({ participantIds, participants }: CreateConversationDto, callerId: number): number[] {
    const given = participantIds ?? participants;
    if (!given) throw badRequest('participantIds', 'must be the user ids of the other members');
    const others = [...new Set(given)].filter((id) => id !== callerId);
    if (others.length + 1 > this.config.MAX_GROUP_SIZE) {
      throw badRequest(
        'participantIds',
        `must leave the conversation with at most ${this.config.MAX_GROUP_SIZE} members`,
      );
    }
    return others;
  }
}

function startOf({ cursor, skip }: ListConversationsDto): ListStart {
  if (cursor === undefined) return { skip: skip ?? 0 };
  const [, at, id] = /^(\d{1,15})\.([0-9a-f]{24})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined)
    throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  return { after: { at: new Date(Number(at)), id }, skip: 0 };
}
