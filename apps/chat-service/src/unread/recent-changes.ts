import { Injectable } from '@nestjs/common';
import { MessageFeed } from '../feed/message-feed';

/** Longer than it takes until an end is noted where all instances find it. */
const GENERATION_MS = 3_000;

/** Conversations that have changed a moment ago, here or on another instance: where they end is not noted everywhere yet. */
@Injectable()
export class RecentChanges {
  private fresh = new Set<string>();
  private old = new Set<string>();
  private turnedAt = 0;

  constructor(feed: MessageFeed) {
    feed.onChange(({ conversationId }) => this.add(conversationId));
  }

  has(conversationId: string): boolean {
    this.turn();
    return this.fresh.has(conversationId) || this.old.has(conversationId);
  }

  private add(conversationId: string): void {
    this.turn();
    this.fresh.add(conversationId);
  }

  private turn(): void {
    const now = Date.now();
    if (now - this.turnedAt < GENERATION_MS) return;
    this.old = now - this.turnedAt < 2 * GENERATION_MS ? this.fresh : new Set();
    this.fresh = new Set();
    this.turnedAt = now;
  }
}
