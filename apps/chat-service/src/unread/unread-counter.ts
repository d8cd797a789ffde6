import { Injectable } from '@nestjs/common';
import { UnreadReader, type Milestone, type OwnSpan } from '../log/unread-reader';
import { HiddenMessages } from '../hidden/hidden-messages';
import { OwnMessages } from './own-messages';

/** More deleted messages than this in one look are counted apart for each user. */
const MANY_DELETED = 2_000;

/** What a user has before them in a conversation: from where they have read to where it ends. */
export interface Stretch {
  userId: number;
  conversationId: string;
  from: Milestone;
  head: Milestone;
}

/**
 * How many messages of a stretch are unread: those of people, without one's own and without those of others that were
 * deleted, for everybody or for the reader. From numbers, whatever the length of the stretch.
 */
@Injectable()
export class UnreadCounter {
  constructor(
    private readonly reader: UnreadReader,
    private readonly own: OwnMessages,
    private readonly hidden: HiddenMessages,
  ) {}

  /** In the order of the stretches. */
  async count(stretches: readonly Stretch[]): Promise<number[]> {
    const open = stretches.filter(({ from, head }) => head.told > from.told);
    const spans = open.map(toSpan);
    const [own, deleted, hidden] = await Promise.all([
      this.own.count(spans),
      this.countDeleted(spans),
      spans.length > 0 ? this.hidden.countUnread(spans) : [],
    ]);
    const counts = new Map(
      open.map((stretch, index) => {
        const told = stretch.head.told - stretch.from.told;
        return [stretch, told - (own[index] ?? 0) - (deleted[index] ?? 0) - (hidden[index] ?? 0)];
      }),
    );
    return stretches.map((stretch) => Math.max(0, counts.get(stretch) ?? 0));
  }

  private async countDeleted(spans: readonly OwnSpan[]): Promise<number[]> {
    if (spans.length === 0) return [];
    const widest = new Map<string, OwnSpan>();
    for (const span of spans) {
      const known = widest.get(span.conversationId);
      const after = Math.min(span.after, known?.after ?? Infinity);
      widest.set(span.conversationId, { ...span, after, upTo: Math.max(span.upTo, known?.upTo ?? 0) });
    }
    const found = await this.reader.listDeleted([...widest.values()], MANY_DELETED);
    if (found.length >= MANY_DELETED) return Promise.all(spans.map((span) => this.reader.countDeleted(span)));
    return spans.map(
      ({ conversationId, userId, after, upTo }) =>
        found.filter(
          (message) =>
            message.conversationId === conversationId &&
            message.senderId !== userId &&
            message.seq > after &&
            message.seq <= upTo,
        ).length,
    );
  }
}

const toSpan = ({ userId, conversationId, from, head }: Stretch): OwnSpan => ({
  userId,
  conversationId,
  after: from.seq,
  upTo: head.seq,
});
