import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { typingNotice, type TypingDto, type TypingNoticeDto } from '@app/contracts';
import { Shutdown } from '@app/platform';
import { Broadcaster, RateWindow, rooms, type Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageFeed } from '../feed/message-feed';
import { PeopleService } from '../people/people.service';
import { Typists, type Typist } from './typists';

const TOPIC = 'typing:told';
/** Who goes on typing is not announced again before this has passed. */
const REPEAT_MS = 1_000;
const WINDOW_MS = 10_000;
/** Another instance says itself when its typist stops. Only when it cannot any more do we take it for granted, so much later. */
const DEATH_MS = 2_000;

interface Told extends TypingNoticeDto {
  audience: readonly number[];
}

/**
 * Who types. Worth nothing a moment later: kept in memory only, told over the bus that may lose. Every instance knows what it
 * has told its own sockets, and takes it back by itself when nothing more is heard.
 */
@Injectable()
export class TypingService implements OnModuleInit, OnApplicationBootstrap {
  private readonly typists = new Typists();
  private readonly limit: RateWindow<number>;

  constructor(
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly people: PeopleService,
    private readonly feed: MessageFeed,
    private readonly broadcaster: Broadcaster,
    private readonly config: ChatConfig,
    shutdown: Shutdown,
  ) {
    this.limit = new RateWindow(config.TYPING_RATE_MAX, WINDOW_MS);
    shutdown.register('close-stores', 'typing', () => {
      this.typists.clear();
      return Promise.resolve();
    });
  }

  onModuleInit(): void {
    // Every instance hears of each message: each takes the typing back for its own sockets.
    this.feed.onChange((change) => {
      if (change.kind !== 'created') return;
      const typist = this.typists.get(change.conversationId, change.data.sender_id);
      if (typist) this.end(typist);
    });
  }

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<Told>(TOPIC, (told) => this.hear(told));
  }

  /** To the other members who are on talking terms, on all their devices; never back to any device of the typist. */
  async announce(caller: Caller, socketId: string, { conversationId, isTyping }: TypingDto): Promise<void> {
    this.limit.spend(caller.userId, 'typing');
    const state = await this.states.getFor(caller.userId, conversationId);
    if (isTyping) return this.start(caller, socketId, state);
    const known = this.typists.get(state.id, caller.userId);
    if (known && this.typists.leave(known, socketId)) this.stop(known);
  }

  /** The socket is gone, and with it what it said. */
  gone(socketId: string): void {
    for (const typist of this.typists.ofSocket(socketId))
      if (this.typists.leave(typist, socketId)) this.stop(typist);
  }

  private async start(caller: Caller, socketId: string, state: ConversationState): Promise<void> {
    const audience = await this.audienceOf(caller, state);
    if (audience.length === 0) return;
    const known = this.typists.get(state.id, caller.userId);
    if (known && performance.now() - known.toldAt < REPEAT_MS) {
      this.typists.join(known, socketId);
      this.expire(known, this.config.TYPING_TTL_MS);
      return;
    }
    const typist: Typist = {
      conversationId: state.id,
      userId: caller.userId,
      audience,
      sockets: new Set(known?.sockets),
      toldAt: performance.now(),
    };
    this.typists.set(typist);
    this.typists.join(typist, socketId);
    this.expire(typist, this.config.TYPING_TTL_MS);
    this.tell(typist, true);
  }

  private async audienceOf({ userId }: Caller, state: ConversationState): Promise<number[]> {
    if (!(await this.policy.may({ userId }, state, 'type'))) return [];
    const others = state.participants.filter((id) => id !== userId);
    const apart = state.type === 'private' ? new Set() : await this.people.apartFrom(userId, others);
    return others.filter((id) => !apart.has(id));
  }

  private expire(typist: Typist, ms: number): void {
    clearTimeout(typist.timer);
    typist.timer = setTimeout(() => this.stop(typist), ms).unref();
  }

  /** Tells everybody. */
  private stop(typist: Typist): void {
    this.typists.delete(typist);
    this.tell(typist, false);
  }

  /** Tells the sockets of this instance; the others come to it by themselves. */
  private end(typist: Typist): void {
    this.typists.delete(typist);
    this.show(typist, false);
  }

  private tell(typist: Typist, isTyping: boolean): void {
    const { conversationId, userId, audience } = typist;
    this.broadcaster.tellPeers(TOPIC, { conversationId, userId, audience, isTyping } satisfies Told);
    this.show(typist, isTyping);
  }

  private hear({ conversationId, userId, audience, isTyping }: Told): void {
    const known = this.typists.get(conversationId, userId);
    if (!isTyping) {
      // Who types here as well goes on: the next word of theirs tells so.
      if (known) this.end(known);
      return;
    }
    const typist: Typist = {
      conversationId,
      userId,
      audience,
      sockets: known?.sockets ?? new Set(),
      toldAt: performance.now(),
    };
    this.typists.set(typist);
    this.expire(typist, this.config.TYPING_TTL_MS + DEATH_MS);
    this.show(typist, true);
  }

  private show({ conversationId, userId, audience }: Typist, isTyping: boolean): void {
    // Who has gone meanwhile hears nothing more.
    const state = this.states.peek(conversationId);
    const listeners = state ? audience.filter((id) => state.participants.includes(id)) : audience;
    if (listeners.length === 0 || state?.isDeleted) return;
    // Not as a volatile packet: Socket.IO drops those when anything else was written to the socket in the same turn.
    this.broadcaster
      .to(...listeners.map(rooms.user))
      .local.emit(typingNotice, { conversationId, userId, isTyping });
  }
}
