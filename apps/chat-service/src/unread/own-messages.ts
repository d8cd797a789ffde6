import { Injectable } from '@nestjs/common';
import { placeKey, UnreadReader, type OwnSpan } from '../log/unread-reader';

const REMEMBERED = 50_000;

interface Counted {
  after: number;
  upTo: number;
  count: number;
}

/** How many messages users have sent after their watermarks. What was counted once is not counted again: own messages never go. */
@Injectable()
export class OwnMessages {
  private readonly counted = new Map<string, Counted>();

  constructor(private readonly reader: UnreadReader) {}

  /** In the order of the spans. */
  async count(spans: readonly OwnSpan[]): Promise<number[]> {
    const known = spans.map((span) => this.knownOf(span));
    const rests = spans.map((span, index) => ({ ...span, after: known[index]?.upTo ?? span.after }));
    const open = rests.filter(({ after, upTo }) => after < upTo);
    const found = new Map(zip(open, await this.reader.countOwn(open)));
    return rests.map((rest, index) => {
      const count = (known[index]?.count ?? 0) + (found.get(rest) ?? 0);
      const after = spans[index]?.after ?? rest.after;
      if (found.has(rest)) this.remember(rest, { after, upTo: rest.upTo, count });
      return count;
    });
  }

  /** What was counted from the same watermark on, not beyond the end of the span. */
  private knownOf({ conversationId, userId, after, upTo }: OwnSpan): Counted | undefined {
    const known = this.counted.get(placeKey(conversationId, userId));
    return known && known.after === after && known.upTo <= upTo ? known : undefined;
  }

  private remember({ conversationId, userId }: OwnSpan, counted: Counted): void {
    const key = placeKey(conversationId, userId);
    this.counted.delete(key);
    if (this.counted.size >= REMEMBERED) {
      const oldest = this.counted.keys().next();
      if (!oldest.done) this.counted.delete(oldest.value);
    }
    this.counted.set(key, counted);
  }
}

const zip = <A, B>(ones: readonly A[], others: readonly B[]): [A, B][] =>
  ones.flatMap((one, index): [A, B][] => {
    const other = others[index];
    return other === undefined ? [] : [[one, other]];
  });
