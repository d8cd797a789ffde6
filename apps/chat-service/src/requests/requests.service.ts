import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  requestAccepted,
  requestAcceptedEvent,
  requestDeclined,
  requestDeclinedEvent,
  type AnswerRequestDto,
  type ConversationDto,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationCommands } from '../conversations/conversation-commands';
import { ConversationDirectory } from '../conversations/conversation-directory';
import { ConversationViews } from '../conversations/conversation-views';
import { assertAllowed, ConversationPolicy } from '../conversations/policy/conversation-policy';
import { situationIn } from '../conversations/policy/situation';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageFeed } from '../feed/message-feed';
import { PeopleService } from '../people/people.service';
import { UserDirectory } from '../users/user-directory';

const ANSWERS = {
  accept: { status: 'accepted', action: 'request-accepted', events: [requestAcceptedEvent.name] },
  decline: { status: 'declined', action: 'request-declined', events: [requestDeclinedEvent.name] },
} as const;

/** Private conversations between people who are no contacts: the one who was asked says whether they want it. */
@Injectable()
export class RequestsService implements OnModuleInit {
  constructor(
    private readonly commands: ConversationCommands,
    private readonly states: ConversationStates,
    private readonly directory: ConversationDirectory,
    private readonly policy: ConversationPolicy,
    private readonly people: PeopleService,
    private readonly users: UserDirectory,
    private readonly views: ConversationViews,
    private readonly feed: MessageFeed,
  ) {}

  onModuleInit(): void {
    this.feed.onControl(({ system: { action }, actorId }, { id: conversationId }, target) => {
      if (action === 'request-accepted')
        target.emit(requestAccepted, { conversationId, acceptedBy: actorId });
      if (action === 'request-declined')
        target.emit(requestDeclined, { conversationId, declinedBy: actorId });
    });
  }

  /** A repeat changes nothing; nor does accepting what was accepted. */
  async answer(
    caller: Caller,
    { conversationId, clientId }: AnswerRequestDto,
    answer: keyof typeof ANSWERS,
  ): Promise<ConversationDto> {
    this.users.remember(caller.userId, caller.username);
    const asked = await this.states.getFor(caller.userId, conversationId);
    const { isApart } = await this.policy.situationOf(caller.userId, asked);
    const { status, action, events } = ANSWERS[answer];
    const state = await this.commands.runWithin(
      caller,
      { conversationId: asked.id, clientId },
      [action],
      (current) => {
        assertAllowed(answer, situationIn(current, caller.userId, isApart));
        return current.status === status ? null : { action, userIds: [current.initiatorId] };
      },
      events,
    );
    return this.views.of(caller.userId, state);
  }

  /** Whether the two need to ask each other first. */
  async isNeeded(a: number, b: number): Promise<boolean> {
    const standing = (await this.people.standings(a, [b])).get(b);
    return standing?.contacts !== true;
  }

  /** Two who have become contacts have said yes to each other. Safe to repeat. */
  async acceptBetween(a: number, b: number): Promise<void> {
    // What is told late may be over: the newest that is known counts.
    if (await this.isNeeded(a, b)) return;
    const asked = await this.directory.findBetween(a, b);
    if (asked) await this.acceptFor(asked);
  }

  /** A request that was just begun, as it is after another look at how the two stand to each other. */
  async settle(asked: ConversationState): Promise<ConversationState> {
    const [a, b] = asked.participants;
    const isOpen = a === undefined || b === undefined || (await this.isNeeded(a, b));
    return isOpen ? asked : this.acceptFor(asked);
  }

  private async acceptFor(asked: ConversationState): Promise<ConversationState> {
    const addressee = asked.participants.find((id) => id !== asked.initiatorId);
    if (asked.status === 'accepted' || addressee === undefined) return asked;
    const { state } = await this.states.change(
      { userId: addressee },
      asked.id,
      undefined,
      ({ status, initiatorId }) =>
        status === 'accepted' ? null : { action: 'request-accepted', userIds: [initiatorId] },
      [requestAcceptedEvent.name],
    );
    return state;
  }
}
