import { Injectable } from '@nestjs/common';
import { UnreadReader, type OwnSpan } from '../log/unread-reader';
import type { StoredMessage } from '../log/stored-message';
import { ReceiptsService } from '../receipts/receipts.service';
import { HiddenMessageRepository } from './hidden-message.repository';

const NONE: ReadonlySet<number> = new Set();

/** Messages that a user has deleted for themself: they stay for all others. */
@Injectable()
export class HiddenMessages {
  constructor(
    private readonly hidden: HiddenMessageRepository,
    private readonly unread: UnreadReader,
    private readonly receipts: ReceiptsService,
  ) {}

  /** Whether it was not hidden before. */
  async hide(userId: number, { _id, conversation_id, seq }: StoredMessage): Promise<boolean> {
    // First: who reads the receipt later than the message was hidden must find that they have to look here.
    await this.receipts.markHiding(conversation_id.toHexString(), userId);
    return this.hidden.add({ user_id: userId, message_id: _id, conversation_id, seq, at: new Date() });
  }

  has(userId: number, messageId: string): Promise<boolean> {
    return this.hidden.has(userId, messageId);
  }

  /** Those of the messages that the user has hidden, by their ids. */
  async hiddenOf(userId: number, ids: StoredMessage['_id'][]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    return new Set((await this.hidden.listAmong(userId, ids)).map((id) => id.toHexString()));
  }

  /** The numbers (`seq`) of hidden messages in a part of a conversation, both ends included. */
  async among(
    userId: number,
    conversationId: string,
    fromSeq: number,
    toSeq: number,
  ): Promise<ReadonlySet<number>> {
    if (fromSeq > toSeq) return NONE;
    return new Set(await this.hidden.listSeqs(userId, conversationId, fromSeq, toSeq));
  }

  /** In the order of the spans: how many hidden messages would count as unread in each, were they not hidden. */
  async countUnread(spans: readonly OwnSpan[]): Promise<number[]> {
    const found = await this.hidden.listIn(spans);
    if (found.length === 0) return spans.map(() => 0);
    const senders = await this.unread.sendersOf(found.map(({ message_id }) => message_id));
    return spans.map(
      ({ userId, conversationId, after, upTo }) =>
        found.filter(({ user_id, message_id, conversation_id, seq }) => {
          const sender = senders.get(message_id.toHexString());
          const isThere = user_id === userId && conversation_id.toHexString() === conversationId;
          return isThere && seq > after && seq <= upTo && sender !== undefined && sender !== userId;
        }).length,
    );
  }

  /** Of one user, in the order of the messages' ids, those behind one of them. */
  listOwn(userId: number, after: string | undefined, limit: number) {
    return this.hidden.listOwn(userId, after, limit);
  }

  removeAllOf(userId: number): Promise<void> {
    return this.hidden.removeAllOf(userId);
  }
}
