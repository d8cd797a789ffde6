import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { messageCreated, messageDeleted, messageUpdated } from '@app/contracts';
import { Logger } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { Counter } from 'prom-client';
import { ConversationAccess } from '../conversations/conversation-access';
import { MessageLog } from '../log/message-log';
import { MessageReader } from '../log/message-reader';
import { toLiveChange, toMissedChange, type LiveChange } from './live-change';

const TOPIC = 'feed:change';
const FOLLOWED_CONVERSATIONS = 50_000;
const REPAIR_PAGE = 500;
/** What another instance committed longer ago than this is no longer on its way to us. */
const IN_FLIGHT_MS = 2_000;

const repairs = new Counter({
  name: 'chat_feed_gap_repairs_total',
  help: 'Gaps in a live stream filled from the store.',
});

/** How far this instance has told its sockets about a conversation. */
interface Position {
  /** Number of the last change emitted; undefined until the store was asked where to begin. */
  last: number | undefined;
  /** Number of the newest change heard of. */
  target: number;
  catchingUp: boolean;
}

/**
 * Live delivery in the order of the log. Every instance hears of changes from itself and, over a bus that may lose,
 * double or reorder, from the others. Each change has a number: an instance emits them to its own sockets strictly by
 * number, drops what it has emitted, and reads from the store what it missed.
 */
@Injectable()
export class MessageFeed implements OnModuleInit, OnApplicationBootstrap {
  private readonly positions = new Map<string, Position>();
  private readonly startedAt = Date.now();

  constructor(
    private readonly log: MessageLog,
    private readonly messages: MessageReader,
    private readonly access: ConversationAccess,
    private readonly broadcaster: Broadcaster,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.log.onCommitted((committed) => {
      const change = toLiveChange(committed);
      this.receive(change);
      this.broadcaster.tellPeers(TOPIC, change);
    });
  }

  /** The namespace exists by now. */
  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<LiveChange>(TOPIC, (change) => this.receive(change));
  }

  private receive(change: LiveChange): void {
    const position = this.follow(change);
    if (position.last !== undefined && change.ev <= position.last) return;
    position.target = Math.max(position.target, change.ev);
    if (position.catchingUp) return;
    const rooms = this.access.peekRooms(change.conversationId);
    if (rooms && position.last === change.ev - 1) {
      this.emit(change, rooms);
      position.last = change.ev;
    } else {
      void this.catchUp(change.conversationId, position);
    }
  }

  private follow({ conversationId, ev }: LiveChange): Position {
    let position = this.positions.get(conversationId);
    if (!position) {
      if (this.positions.size >= FOLLOWED_CONVERSATIONS) this.forgetOldest();
      position = { last: ev === 1 ? 0 : undefined, target: ev, catchingUp: false };
      this.positions.set(conversationId, position);
    }
    return position;
  }

  /** Emits from the store until the newest change heard of is out; what comes meanwhile only moves the target. */
  private async catchUp(conversationId: string, position: Position): Promise<void> {
    position.catchingUp = true;
    try {
      const rooms = await this.access.findRooms(conversationId);
      if (!rooms) return;
      if (position.last === undefined) position.last = await this.beginning(conversationId, position.target);
      else if (position.target > position.last + 1) repairs.inc();
      const known = position.last;
      const told = new Set<string>();
      while (position.last < position.target) {
        const missed = await this.messages.listChangesAfter(conversationId, position.last, REPAIR_PAGE);
        if (missed.length === 0) return;
        for (const message of missed) {
          const id = message._id.toHexString();
          // A later edit moves a message behind ones that came after it: new is what was made after all that is known.
          this.emit(toMissedChange(message, (message.evs[0] ?? 0) > known && !told.has(id)), rooms);
          told.add(id);
          position.last = message.ev;
        }
      }
    } catch (error) {
      this.logger.warn('a live stream has a gap until its next change', { conversationId, err: error });
    } finally {
      position.catchingUp = false;
    }
  }

  /** Sockets of this instance have seen nothing of the conversation from us; others' changes may still be on their way. */
  private async beginning(conversationId: string, ev: number): Promise<number> {
    const since = new Date(Math.max(this.startedAt, Date.now() - IN_FLIGHT_MS));
    const first = await this.messages.findFirstChangeSince(conversationId, since, ev);
    return (first ?? ev) - 1;
  }

  private emit(change: LiveChange, rooms: string[]): void {
    const target = this.broadcaster.to(...rooms).local;
    switch (change.kind) {
      case 'created':
        return target.emit(messageCreated, change.data);
      case 'updated':
        return target.emit(messageUpdated, change.data);
      case 'deleted':
        return target.emit(messageDeleted, change.data);
    }
  }

  private forgetOldest(): void {
    for (const [id, { catchingUp }] of this.positions) {
      if (catchingUp) continue;
      this.positions.delete(id);
      return;
    }
  }
}
