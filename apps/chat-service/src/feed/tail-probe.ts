import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger, Shutdown } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { Counter } from 'prom-client';
import { ChatConfig } from '../config';
import { ConversationActivity } from '../conversations/conversation-activity';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageFeed } from './message-feed';

/** Looked at once more: what was noted at about the same time may have become visible a little later. */
const OVERLAP_MS = 1_000;
const PAGE = 1_000;
/** In one look; the rest is left to the next. */
const PAGES = 20;
const AT_ONCE = 8;

interface Missed {
  id: string;
  ev: number;
}

const repairs = new Counter({
  name: 'chat_feed_tail_repairs_total',
  help: 'Conversations of which this instance had missed the last change, and was shown it by the store.',
});

/**
 * Finds what nobody will tell this instance any more: the last change before a conversation falls silent, when the word of
 * it was lost. The store notes which conversations have changed; every two seconds one query asks for those since the last
 * look, whoever they belong to. Nothing is asked while nobody is connected.
 */
@Injectable()
export class TailProbe implements OnApplicationBootstrap {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  /** How far the store's notes have been read, by its clock; undefined: nobody was here to be told. */
  private readUpTo: Date | undefined;

  constructor(
    private readonly config: ChatConfig,
    private readonly feed: MessageFeed,
    private readonly activity: ConversationActivity,
    private readonly states: ConversationStates,
    private readonly broadcaster: Broadcaster,
    private readonly logger: Logger,
    shutdown: Shutdown,
  ) {
    shutdown.register('finish-work', 'tail probe', async () => {
      clearInterval(this.timer);
      await this.looking;
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look().finally(() => (this.looking = undefined));
    }, this.config.FEED_PROBE_MS).unref();
  }

  private async look(): Promise<void> {
    const startedAt = Date.now();
    try {
      if (!this.broadcaster.hasSockets) this.readUpTo = undefined;
      else if (!(await this.compare())) return;
      this.feed.positions.compared(startedAt);
    } catch (error) {
      this.logger.warn('what was missed is looked for again', { err: error });
    }
  }

  /** False when there is more than one look takes in. */
  private async compare(): Promise<boolean> {
    await this.repair(this.feed.unfinished);
    for (let page = 0; page < PAGES; page++) {
      const after = this.readUpTo ?? new Date(Date.now() - this.config.FEED_PROBE_MS - OVERLAP_MS);
      const changes = await this.activity.changedAfter(
        // A page may end among changes of the same millisecond.
        new Date(after.getTime() - (page === 0 ? OVERLAP_MS : 1)),
        PAGE,
      );
      await this.repair(changes);
      this.readUpTo = changes.at(-1)?.at ?? after;
      if (changes.length < PAGE) return true;
    }
    return false;
  }

  private async repair(changes: readonly Missed[]): Promise<void> {
    const behind = changes.filter(({ id, ev }) => this.feed.positions.isBehind(id, ev));
    if (behind.length === 0) return;
    const { here, left } = await this.sort(behind);
    for (const { id, ev } of behind) if (!here.has(id) && !left.has(id)) this.feed.skip(id, ev);
    const missed = behind.filter(({ id }) => here.has(id) || left.has(id));
    repairs.inc(missed.length);
    for (let from = 0; from < missed.length; from += AT_ONCE)
      await Promise.all(missed.slice(from, from + AT_ONCE).map(({ id, ev }) => this.feed.catchUpTo(id, ev)));
  }

  /** `here`: with a member who has a socket here. `left`: with none, but people have come or gone since we told of it: who has gone is to hear of that. */
  private async sort(behind: readonly Missed[]): Promise<{ here: Set<string>; left: Set<string> }> {
    const members = await this.states.membersOf(behind.map(({ id }) => id));
    const [here, left] = [new Set<string>(), new Set<string>()];
    for (const [id, { participants, ev }] of members) {
      if (participants.some((userId) => this.broadcaster.hasLocal(userId))) here.add(id);
      else if ((this.feed.positions.controlOf(id) ?? ev) < ev) left.add(id);
    }
    return { here, left };
  }
}
