import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { indexNames } from '../log/message-indexes';
import { MessageLog } from '../log/message-log';
import type { StoredMessage } from '../log/stored-message';
import { DURABLE } from '../store';

const OPTIONS = { maxTimeMS: 3_000, hint: indexNames.threads } as const;

/** Every list names its conversation: all of them walk the one index of threads. */
@Injectable()
export class ThreadRepository {
  constructor(private readonly log: MessageLog) {}

  async markRoot(root: mongo.ObjectId): Promise<void> {
    await this.log.messages.updateOne({ _id: root }, { $set: { has_replies: true } }, DURABLE);
  }

  /** When the newest replies came that are not deleted, at most so many. */
  async listReplyTimes(conversationId: string, root: mongo.ObjectId, limit: number): Promise<Date[]> {
    const found = await this.log.list(
      { ...of(conversationId), thread_id: root, deleted_at: { $exists: false } },
      { ...OPTIONS, projection: { _id: 0, created_at: 1 }, sort: { seq: -1 }, limit },
    );
    return found.map(({ created_at }) => created_at);
  }

  /** Oldest first, those after `seq`. */
  listReplies(
    conversationId: string,
    root: mongo.ObjectId,
    seq: number,
    limit: number,
  ): Promise<StoredMessage[]> {
    return this.log.list(
      { ...of(conversationId), thread_id: root, seq: { $gt: seq } },
      { ...OPTIONS, projection: { edits: 0, ops: 0 }, sort: { seq: 1 }, limit },
    );
  }
}

const of = (conversationId: string) => ({ conversation_id: new mongo.ObjectId(conversationId) });
