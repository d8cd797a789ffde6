import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { AppError, type ConversationStatusDto, type JoinedDto } from '@app/contracts';
import { Broadcaster, type Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationsService } from '../conversations/conversations.service';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageFeed } from '../feed/message-feed';
import { PeopleService, type Changed } from '../people/people.service';
import { PresenceService } from '../presence/presence.service';
import { Readers } from './readers';
import { RoomAnnouncer } from './room-announcer';
import { RoomVisitRepository, type Place } from './room-visit.repository';
import { VisitWriter } from './visit-writer';

const TOPIC = 'rooms:moved';

/** Who is in a conversation right now: has it open on some device, on whatever instance. */
@Injectable()
export class LiveRoomsService implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly conversations: ConversationsService,
    private readonly announcer: RoomAnnouncer,
    private readonly writer: VisitWriter,
    private readonly readers: Readers,
    private readonly store: RoomVisitRepository,
    private readonly presence: PresenceService,
    private readonly people: PeopleService,
    private readonly feed: MessageFeed,
    private readonly broadcaster: Broadcaster,
    private readonly config: ChatConfig,
  ) {}

  onModuleInit(): void {
    this.writer.onWritten((places) => {
      this.broadcaster.tellPeers(TOPIC, { places });
      this.announcer.look(places);
    });
    this.people.onChanged((changed) => void this.standingChanged(changed));
    this.presence.onChosen((userId) => void this.standingChanged([userId]));
    this.feed.onControl((_control, state) => this.dismissStrangers(state));
  }

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ places: Place[] }>(TOPIC, ({ places }) => this.announcer.look(places));
  }

  /** `isConnected` tells whether the socket is still there when that is decided: one that has gone says so only once. */
  async join(
    caller: Caller,
    socketId: string,
    conversationId: string,
    isConnected: () => boolean,
  ): Promise<JoinedDto> {
    const state = await this.states.getFor(caller.userId, conversationId);
    await this.policy.assertMay(caller, state, 'enter-room');
    const { visits } = this.announcer;
    if (
      visits.roomsOf(socketId).size >= this.config.MAX_OPEN_ROOMS &&
      !visits.roomsOf(socketId).has(state.id)
    )
      throw new AppError('CONFLICT', `a socket may have ${this.config.MAX_OPEN_ROOMS} conversations open`);
    if (isConnected() && visits.enter(state.id, socketId, caller.userId))
      this.writer.move({ room: state.id, userId: caller.userId }, true);
    const [joined, here] = await Promise.all([
      this.conversations.joined(caller, state.id),
      this.announcer.welcome(state.id, caller.userId, socketId),
    ]);
    return { ...joined, here };
  }

  async leave(caller: Caller, socketId: string, conversationId: string): Promise<void> {
    const state = await this.states.getFor(caller.userId, conversationId);
    await this.policy.assertMay(caller, state, 'exit-room');
    this.exit(state.id, socketId);
  }

  gone(socketId: string): void {
    for (const room of [...this.announcer.visits.roomsOf(socketId)]) this.exit(room, socketId);
  }

  async status(caller: Caller, conversationId: string): Promise<ConversationStatusDto> {
    const { id, participants } = await this.states.getFor(caller.userId, conversationId);
    const [online, here] = await Promise.all([
      this.presence.onlineAmong(caller.userId, participants),
      this.announcer.here(id, caller.userId),
    ]);
    return { online, here };
  }

  /** For a deleted account. */
  removeAllOf(userId: number): Promise<void> {
    return this.store.removeAllOf(userId);
  }

  private exit(room: string, socketId: string): void {
    const userId = this.announcer.visits.leave(room, socketId);
    if (userId === undefined) return;
    this.announcer.forget(room, userId);
    this.readers.left(room, userId);
    this.writer.move({ room, userId }, false);
  }

  /** Who is not a member any more, and everybody when the conversation is no more, is not in the room either. */
  private dismissStrangers({ id, participants, isDeleted }: ConversationState): void {
    for (const [socketId, userId] of [...this.announcer.visits.in(id)])
      if (isDeleted || !participants.includes(userId)) this.exit(id, socketId);
  }

  /** Privacy, a contact or a block has changed: those concerned may see something else now. */
  private async standingChanged([a, b]: Changed): Promise<void> {
    if (b === undefined) {
      const visits = await this.store.listOf(a).catch(() => []);
      this.announcer.look(visits);
      return;
    }
    const { visits } = this.announcer;
    for (const [viewer, userId] of [
      [a, b],
      [b, a],
    ] as const)
      this.announcer.look(visits.roomsOfUser(viewer).map((room) => ({ room, userId })));
  }
}
