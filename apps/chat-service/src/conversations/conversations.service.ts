import { Injectable } from '@nestjs/common';
import {
  badRequest,
  conversationCreated,
  type ConversationDto,
  type CreateConversationDto,
  type JoinedDto,
} from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { Additions } from '../members/additions';
import { MessageHistory } from '../messages/message-history';
import { PeopleService } from '../people/people.service';
import { PresenceService } from '../presence/presence.service';
import { UserDirectory } from '../users/user-directory';
import { ConversationCreation } from './conversation-creation';
import { ConversationRepository, toState } from './conversation.repository';
import { toConversationDto } from './state/conversation-state';
import { ConversationStates } from './state/conversation-states';

@Injectable()
export class ConversationsService {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly creation: ConversationCreation,
    private readonly additions: Additions,
    private readonly states: ConversationStates,
    private readonly history: MessageHistory,
    private readonly users: UserDirectory,
    private readonly people: PeopleService,
    private readonly presence: PresenceService,
    private readonly broadcaster: Broadcaster,
  ) {}

  async create(caller: Caller, input: CreateConversationDto): Promise<ConversationDto> {
    const type = input.type ?? 'group';
    const others = this.othersIn(input, caller.userId);
    if (type === 'private' && others.length !== 1) {
      throw badRequest('participantIds', 'must name exactly one other user for a private conversation');
    }
    await this.users.assertKnown(others, 'participantIds');
    if (type === 'private') await this.people.assertTalking([caller.userId, ...others]);
    else await this.additions.assertNoneApart(caller.userId, others, 'participantIds');
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

  /** Where the stream stands, for one who opens it. */
  async joined(caller: Caller, conversationId: string): Promise<Omit<JoinedDto, 'here'>> {
    const { participants } = await this.states.getFor(caller.userId, conversationId);
    const [{ seq, ev }, membersOnline] = await Promise.all([
      this.history.head(conversationId),
      this.presence.onlineAmong(caller.userId, participants),
    ]);
    return { lastSeq: seq, lastEv: ev, membersOnline };
  }

  /** The members besides the caller, each once. */
  private othersIn({ participantIds, participants }: CreateConversationDto, callerId: number): number[] {
    const given = participantIds ?? participants;
    if (!given) throw badRequest('participantIds', 'must be the user ids of the other members');
    const others = [...new Set(given)].filter((id) => id !== callerId);
    this.additions.assertFits(others.length + 1, 'participantIds');
    return others;
  }
}
