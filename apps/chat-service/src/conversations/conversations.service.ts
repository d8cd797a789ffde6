import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  conversationCreated,
  type ConversationDto,
  type ConversationType,
  type CreateConversationDto,
  type JoinedDto,
  type MemberDto,
} from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { DepartedUsers } from '../departures/departed-users';
import { MessageHistory } from '../messages/message-history';
import { PeopleService } from '../people/people.service';
import { PresenceService } from '../presence/presence.service';
import { UserDirectory } from '../users/user-directory';
import { ConversationCreation } from './conversation-creation';
import { ConversationRepository, toState } from './conversation.repository';
import { MembershipsService } from './memberships/memberships.service';
import { roleIn, toConversationDto } from './state/conversation-state';
import { ConversationStates } from './state/conversation-states';

@Injectable()
export class ConversationsService {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly creation: ConversationCreation,
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
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
    const { state, created } = await this.creation.create({
      type,
      name: input.name ?? null,
      avatar: input.avatar ?? null,
      description: null,
      participants,
      initiatorId: caller.userId,
      status: 'accepted',
    });
    const conversation = toConversationDto(state);
    if (created)
      this.broadcaster.to(...participants.map(rooms.user)).emit(conversationCreated, { conversation });
    return conversation;
  }

  /** Those that exist, in the order of their ids. */
  async getAll(ids: string[]): Promise<ConversationDto[]> {
    return (await this.conversations.listByIds(ids)).map((stored) => toConversationDto(toState(stored)));
  }

  async get(caller: Caller, conversationId: string): Promise<ConversationDto> {
    return toConversationDto(await this.states.getFor(caller.userId, conversationId));
  }

  async joined(caller: Caller, conversationId: string): Promise<JoinedDto> {
    const { participants } = await this.states.getFor(caller.userId, conversationId);
    const [{ seq, ev }, membersOnline] = await Promise.all([
      this.history.head(conversationId),
      this.presence.onlineAmong(caller.userId, participants),
    ]);
    return { lastSeq: seq, lastEv: ev, membersOnline };
  }

  async members(caller: Caller, conversationId: string): Promise<MemberDto[]> {
    const state = await this.states.getFor(caller.userId, conversationId);
    const members = this.departed.livingIn(state);
    const [online, memberships] = await Promise.all([
      this.presence.onlineAmong(caller.userId, members).then((ids) => new Set(ids)),
      this.memberships.listIn(conversationId, members),
    ]);
    const joined = new Map(memberships.map(({ userId, joinedAt }) => [userId, joinedAt]));
    return members.map((userId) => ({
      userId,
      role: roleIn(state, userId) as MemberDto['role'],
      joinedAt: (joined.get(userId) ?? state.createdAt).toISOString(),
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
