import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { unreadCount } from '@app/contracts';
import { Logger, Shutdown } from '@app/platform';
import { Broadcaster, rooms } from '@app/realtime';
import { ChatConfig } from '../config';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageFeed } from '../feed/message-feed';
import { ReceiptsService } from '../receipts/receipts.service';
import { UnreadRounds, type Round } from './unread-rounds';
import { sumOf, UnreadService, type Counts } from './unread.service';

const TOPIC = 'unread:changed';
/** Hints of other instances may get lost: after this time everything of a user is counted anew. */
const BELIEVED_MS = 60_000;
/** Users whose conversations are all counted at once. */
const BATCH = 50;

/** What the devices of a user were told last. */
interface Told {
  counts: Counts;
  countedAt: number;
}

/**
 * Tells users with sockets on this instance how much they have not read: on connect, after they have read, and after new
 * messages. Always computed; only for conversations in which something has happened.
 */
@Injectable()
export class UnreadPush implements OnApplicationBootstrap {
  private readonly told = new Map<number, Told>();
  private readonly rounds: UnreadRounds;

  constructor(
    private readonly unread: UnreadService,
    private readonly states: ConversationStates,
    private readonly feed: MessageFeed,
    private readonly receipts: ReceiptsService,
    private readonly broadcaster: Broadcaster,
    private readonly logger: Logger,
    config: ChatConfig,
    shutdown: Shutdown,
  ) {
    const readersOf = (conversationId: string) => this.readersOf(conversationId);
    this.rounds = new UnreadRounds(config.UNREAD_PUSH_MS, readersOf, (round) => this.tell(round));
    shutdown.register('close-sockets', 'unread counts', () => this.rounds.stop());
  }

  /** The namespace exists by now. */
  onApplicationBootstrap(): void {
    this.feed.onChange(({ kind, conversationId }) => {
      if (kind === 'created' || kind === 'deleted') this.rounds.addConversation(conversationId);
    });
    this.feed.onControl(({ system }) => system.userIds.forEach((id) => this.refresh(id)));
    this.receipts.onRead((userId) => this.refreshEverywhere(userId));
    this.broadcaster.onPeer<{ userId: number }>(TOPIC, ({ userId }) => this.refresh(userId));
  }

  came(userId: number): void {
    this.refresh(userId);
  }

  went(userId: number): void {
    if (this.broadcaster.hasLocal(userId)) return;
    this.told.delete(userId);
    this.rounds.forget(userId);
  }

  /** Something of the user's own has changed the count: all their devices are told. */
  refreshEverywhere(userId: number): void {
    this.refresh(userId);
    this.broadcaster.tellPeers(TOPIC, { userId });
  }

  private refresh(userId: number): void {
    if (this.broadcaster.hasLocal(userId)) this.rounds.addUser(userId);
  }

  private readersOf(conversationId: string): number[] {
    const participants = this.states.peek(conversationId)?.participants ?? [];
    return participants.filter((id) => this.broadcaster.hasLocal(id));
  }

  private async tell({ users, places }: Round): Promise<void> {
    try {
      const now = Date.now();
      const news = new Map(
        [...places].filter(([id]) => (this.told.get(id)?.countedAt ?? 0) > now - BELIEVED_MS),
      );
      const anew = [...users, ...[...places.keys()].filter((id) => !news.has(id))];
      for (let from = 0; from < anew.length; from += BATCH) {
        const counted = await this.unread.ofUsers(anew.slice(from, from + BATCH));
        for (const [id, counts] of counted) this.tellUser(id, { counts, countedAt: now }, users.has(id));
      }
      for (const [id, changed] of await this.unread.among(news)) {
        const before = this.told.get(id);
        if (before) this.tellUser(id, { ...before, counts: merged(before.counts, changed) }, false);
      }
    } catch (error) {
      const message = 'unread messages could not be counted; their users hear of it with the next change';
      this.logger.warn(message, { err: error });
      for (const id of [...users, ...places.keys()]) this.told.delete(id);
    }
  }

  private tellUser(userId: number, now: Told, always: boolean): void {
    if (!this.broadcaster.hasLocal(userId)) return this.went(userId);
    const before = this.told.get(userId);
    this.told.set(userId, now);
    if (!always && before && isSame(before.counts, now.counts)) return;
    const { counts } = now;
    this.broadcaster
      .to(rooms.user(userId))
      .local.emit(unreadCount, { total: sumOf(counts), byConversation: Object.fromEntries(counts) });
  }
}

function merged(counts: Counts, changed: Counts): Counts {
  const result = new Map([...counts, ...changed]);
  for (const [id, count] of changed) if (count === 0) result.delete(id);
  return result;
}

const isSame = (one: Counts, other: Counts) =>
  one.size === other.size && [...one].every(([id, count]) => other.get(id) === count);
