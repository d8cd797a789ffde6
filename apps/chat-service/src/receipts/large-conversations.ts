import { Injectable } from '@nestjs/common';
import { furthest, type Receipt } from './receipt';
import { ReceiptRepository } from './receipt.repository';

/** What members read by way of other instances is seen so much later (ms). */
const LIFETIME_MS = 2_000;
const CACHED = 500;

type Receipts = Map<number, Receipt>;

/** The watermarks of conversations with many members: reading a thousand of them with each page would be most of its cost. */
@Injectable()
export class LargeConversations {
  private readonly entries = new Map<string, { receipts: Promise<Receipts>; until: number }>();

  constructor(private readonly receipts: ReceiptRepository) {}

  async listOf(conversationId: string): Promise<Receipt[]> {
    const known = this.entries.get(conversationId);
    const receipts = known && known.until > performance.now() ? known.receipts : this.load(conversationId);
    return [...(await receipts).values()];
  }

  /** A watermark has moved here: that is seen at once. */
  moved(conversationId: string, receipt: Receipt): void {
    void this.entries.get(conversationId)?.receipts.then(
      (receipts) => receipts.set(receipt.user_id, furthest(receipt, receipts.get(receipt.user_id))),
      () => undefined,
    );
  }

  private load(conversationId: string): Promise<Receipts> {
    const receipts = this.receipts
      .listOf(conversationId)
      .then((stored) => new Map(stored.map((receipt) => [receipt.user_id, receipt])));
    this.entries.delete(conversationId);
    if (this.entries.size >= CACHED) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    this.entries.set(conversationId, { receipts, until: performance.now() + LIFETIME_MS });
    receipts.catch(() => this.entries.delete(conversationId));
    return receipts;
  }
}
