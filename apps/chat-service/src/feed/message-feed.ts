import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import {
  messageCreated,
  messageDeleted,
  messagePinned,
  messageReaction,
  messageUpdated,
} from '@app/contracts';
import { isGuarded, Logger } from '@app/platform';
import { Broadcaster, rooms, type Target } from '@app/realtime';
import { Counter } from 'prom-client';
import { toControlChange } from '../conversations/state/control-change';
import type { ControlChange, ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { membersBefore } from '../conversations/state/members-before';
import { roomsOf } from '../conversations/state/state-cache';
import { MessageLog } from '../log/message-log';
import { MessageReader } from '../log/message-reader';
import { Senders } from '../users/senders';
import { toControl, toLiveChange, toMissedChange, type LiveChange } from './live-change';
import { Positions, type Position } from './positions';

const TOPIC = 'feed:change';
const REPAIR_PAGE = 500;
const repairs = new Counter({
  name: 'chat_feed_gap_repairs_total',
  help: 'Gaps in a live stream filled from the store.',
});

/** False: what is heard is emitted, whatever is missing before it. */
const FOLLOWS = isGuarded('gap-repair');

/** Told of each change of a conversation at its place among the messages; `target`: the sockets here that may hear of it. */
export type ControlListener = (control: ControlChange, state: ConversationState, target: Target) => void;

/**
 * Live delivery in the order of the log. Every instance hears of changes from itself and, over a bus that may lose,
 * double or reorder, from the others. Each change has a number: an instance emits them to its own sockets strictly by
 * number, drops what it has emitted, and reads from the store what it missed.
 */
@Injectable()
export class MessageFeed implements OnModuleInit, OnApplicationBootstrap {
  /** How far our sockets have been told. */
  readonly positions = new Positions();
  /** Conversations of which something could not be read when it was missed, and up to which change. */
  private readonly gaps = new Map<string, number>();
  private readonly controlListeners: ControlListener[] = [];
  private readonly changeListeners: ((change: LiveChange, state: ConversationState) => void)[] = [];

  constructor(
    private readonly log: MessageLog,
    private readonly messages: MessageReader,
    private readonly states: ConversationStates,
    private readonly senders: Senders,
    private readonly broadcaster: Broadcaster,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.log.onCommitted((committed) => {
      const change = this.signed(toLiveChange(committed));
      this.receive(change);
      this.broadcaster.tellPeers(TOPIC, change);
    });
  }

  /** The namespace exists by now. */
  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<LiveChange>(TOPIC, (change) => {
      if (change.kind === 'created' && change.data.user) this.senders.learn(change.data.user);
      this.receive(change);
    });
  }

  /** Called in order, and once for each change, on every instance that has something to deliver. */
  onControl(listener: ControlListener): void {
    this.controlListeners.push(listener);
  }

  /** Called in order, and once for each change, on every instance that has something to deliver. */
  onChange(listener: (change: LiveChange, state: ConversationState) => void): void {
    this.changeListeners.push(listener);
  }

  /** Conversations of which our sockets still miss something, because the store could not be read. */
  get unfinished(): { id: string; ev: number }[] {
    return [...this.gaps].map(([id, ev]) => ({ id, ev }));
  }

  /** There is nobody here to be told of what came up to this change. */
  skip(conversationId: string, ev: number): void {
    this.gaps.delete(conversationId);
    this.positions.skip(conversationId, ev);
  }

  /** Tells our sockets all up to this change of which they were not told. */
  async catchUpTo(conversationId: string, ev: number): Promise<void> {
    const position = this.positions.follow(conversationId, ev);
    if (!position.catchingUp) await this.catchUp(conversationId, position);
  }

  /** A new message with its sender, made once for all who hear of it. */
  private signed(change: LiveChange): LiveChange {
    const user = change.kind === 'created' && this.senders.of(change.data.sender_id);
    if (user) change.data.user = user;
    return change;
  }

  private receive(change: LiveChange): void {
    const position = this.positions.follow(change.conversationId, change.ev);
    if (position.last !== undefined && change.ev <= position.last) return;
    if (position.catchingUp) return;
    const isNext = position.last === change.ev - 1 || !FOLLOWS;
    const state = isNext ? this.audienceOf(change) : undefined;
    if (state) {
      this.emit(change, state);
      position.last = change.ev;
      position.control = change.controlEv;
    } else {
      void this.catchUp(change.conversationId, position);
    }
  }

  /** The state that says who may hear of the change, if it is in memory; a later one does not say who was there. */
  private audienceOf(change: LiveChange): ConversationState | undefined {
    const control = toControl(change);
    if (control) this.states.learn(change.conversationId, control);
    const state = this.states.peek(change.conversationId);
    return state && state.ev >= change.controlEv && state.ev <= change.ev ? state : undefined;
  }

  /** Emits from the store until the newest change heard of is out; what comes meanwhile only moves the target. */
  private async catchUp(conversationId: string, position: Position): Promise<void> {
    position.catchingUp = true;
    this.gaps.delete(conversationId);
    try {
      if (position.last === undefined) position.last = await this.beginning(conversationId, position);
      else if (position.target > position.last + 1) repairs.inc();
      const known = position.last;
      const told = new Set<string>();
      while (position.last < position.target) {
        const missed = await this.messages.listChangesAfter(conversationId, position.last, REPAIR_PAGE);
        const controls = missed.map(({ control_ev }) => control_ev);
        const state = await this.states.atLeast(conversationId, Math.max(0, ...controls));
        if (!state || missed.length === 0) return;
        const later = await this.changesSince(conversationId, Math.min(...controls));
        for (const message of missed) {
          const id = message._id.toHexString();
          // A later edit moves a message behind ones that came after it: new is what was made after all that is known.
          const isNew = (message.evs[0] ?? 0) > known && !told.has(id);
          this.emit(this.signed(toMissedChange(message, isNew)), state, later);
          told.add(id);
          position.last = message.ev;
          position.control = message.control_ev;
        }
      }
    } catch (error) {
      this.gaps.set(conversationId, position.target);
      this.logger.warn('a live stream has a gap for now', { conversationId, err: error });
    } finally {
      position.catchingUp = false;
    }
  }

  /** Sockets of this instance have seen nothing of the conversation from us; others' changes may still be on their way. */
  private async beginning(conversationId: string, { since, target }: Position): Promise<number> {
    const first = await this.messages.findFirstChangeSince(conversationId, new Date(since), target);
    return (first ?? target) - 1;
  }

  /** Changes of the conversation itself since one of them. */
  private async changesSince(conversationId: string, control: number): Promise<ControlChange[]> {
    const changes = await this.messages.listControlsAfter(conversationId, control);
    return changes.map(toControlChange).filter((change) => change !== undefined);
  }

  /** `later`: what has changed in the conversation since, up to the state at least. */
  private emit(change: LiveChange, state: ConversationState, later: readonly ControlChange[] = []): void {
    // Behind its end nothing is told of a conversation any more.
    if (state.isDeleted && change.ev > state.ev) return;
    const control = toControl(change);
    const since = later.filter(({ ev }) => ev > change.ev);
    const members = since.length > 0 ? membersBefore(state, since) : state.participants;
    // Whom it is about may have gone by it: of that they hear, and of nothing behind it.
    const subjects = (control?.system.userIds ?? []).filter((id) => !members.includes(id));
    const everybody = members === state.participants ? roomsOf(state) : members.map(rooms.user);
    const target = this.broadcaster.to(...everybody, ...subjects.map(rooms.user)).local;
    deliver(change, target);
    for (const tell of this.changeListeners) tell(change, state);
    if (control) for (const tell of this.controlListeners) tell(control, state, target);
  }
}

function deliver(change: LiveChange, target: Target): void {
  switch (change.kind) {
    case 'created':
      return target.emit(messageCreated, change.data);
    case 'deleted':
      return target.emit(messageDeleted, change.data);
    case 'updated':
      return target.emit(messageUpdated, change.data);
    case 'reaction':
      return target.emit(messageReaction, change.data);
    case 'pinned':
      return target.emit(messagePinned, change.data);
  }
}
