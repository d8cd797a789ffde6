import { Injectable } from '@nestjs/common';
import {
  badRequest,
  conversationCreated,
  type ConversationDto,
  type CreateConversationDto,
  type JoinedDto,
  type ConversationType,
  type RequestStatus,
} from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { Additions } from '../members/additions';
import { MessageHistory } from '../messages/message-history';
import { PeopleService } from '../people/people.service';
import { PresenceService } from '../presence/presence.service';
import { UserDirectory } from '../users/user-directory';
import { InvitationsService } from '../requests/invitations.service';
import { RequestsService } from '../requests/requests.service';
import { ConversationCreation } from './conversation-creation';
import { ConversationViews } from './conversation-views';
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
    private readonly views: ConversationViews,
    private readonly requests: RequestsService,
    private readonly invitations: InvitationsService,
    private readonly presence: PresenceService,
    private readonly broadcaster: Broadcaster,
  ) {}

  async create(caller: Caller, input: CreateConversationDto): Promise<ConversationDto> {
    const type = input.type ?? 'group';
    const others = this.othersIn(input, caller.userId, type);
    if (type === 'channel' && !input.name?.trim()) throw badRequest('name', 'must name the channel');
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
      status: await this.statusOf(type, participants),
    });
    this.users.remember(caller.userId, caller.username);
    const conversation = await this.views.shared(state);
    if (!created) return conversation;
    this.broadcaster.to(...participants.map(rooms.user)).emit(conversationCreated, { conversation });
    this.invitations.begun(caller, state, conversation);
    // They may have become contacts while it was made.
    return state.status === 'pending' ? this.views.shared(await this.requests.settle(state)) : conversation;
  }

  /** Those that exist, in the order of their ids. */
  async getAll(ids: string[]): Promise<ConversationDto[]> {
    return (await this.conversations.listByIds(ids)).map((stored) => toConversationDto(toState(stored)));
  }

  async get(caller: Caller, conversationId: string): Promise<ConversationDto> {
    return this.views.of(caller.userId, await this.states.getFor(caller.userId, conversationId));
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

  /** Who is no contact is asked first. */
  private async statusOf(type: ConversationType, [a, b]: number[]): Promise<RequestStatus> {
    if (type !== 'private' || a === undefined || b === undefined) return 'accepted';
    return (await this.requests.isNeeded(a, b)) ? 'pending' : 'accepted';
  }

  /** The members besides the caller, each once. */
  private othersIn(
    { participantIds, participants }: CreateConversationDto,
    callerId: number,
    type: ConversationType,
  ): number[] {
    // A channel is found by whoever wants to join it.
    const given = participantIds ?? participants ?? (type === 'channel' ? [] : undefined);
    if (!given || (given.length === 0 && type !== 'channel'))
      throw badRequest('participantIds', 'must be the user ids of the other members');
    const others = [...new Set(given)].filter((id) => id !== callerId);
    this.additions.assertFits(others.length + 1, 'participantIds');
    return others;
  }
}
