import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { indexNames } from '../log/message-indexes';
import { MessageLog } from '../log/message-log';
import type { StoredMessage } from '../log/stored-message';

const OPTIONS = { maxTimeMS: 3_000, hint: indexNames.threads } as const;

/** Every query names its conversation: all of them walk the one index of threads. */
@Injectable()
export class ThreadRepository {
  constructor(private readonly log: MessageLog) {}

  /** Whether there is any thread. */
  async isUsedIn(conversationId: string): Promise<boolean> {
    const reply = { ...of(conversationId), thread_id: { $exists: true } };
    return (await this.log.messages.findOne(reply, { ...OPTIONS, projection: { _id: 1 } })) !== null;
  }

  /** Those of the messages that are the roots of threads. */
  async listRoots(conversationId: string, ids: mongo.ObjectId[]): Promise<mongo.ObjectId[]> {
    const replies = { ...of(conversationId), thread_id: { $in: ids } };
    const pipeline = [{ $match: replies }, { $group: { _id: '$thread_id' } }];
    const found = this.log.messages.aggregate<{ _id: mongo.ObjectId }>(pipeline, OPTIONS);
    return (await found.toArray()).map(({ _id }) => _id);
  }

  /** When the newest replies came that are not deleted, at most so many. */
  async listReplyTimes(conversationId: string, root: mongo.ObjectId, limit: number): Promise<Date[]> {
    const found = await this.log.messages
      .find(
        { ...of(conversationId), thread_id: root, deleted_at: { $exists: false } },
        { ...OPTIONS, projection: { _id: 0, created_at: 1 } },
      )
      .sort({ seq: -1 })
      .limit(limit)
      .toArray();
    return found.map(({ created_at }) => created_at);
  }

  /** Oldest first, those after `seq`. */
  listReplies(
    conversationId: string,
    root: mongo.ObjectId,
    seq: number,
    limit: number,
  ): Promise<StoredMessage[]> {
    return this.log.messages
      .find(
        { ...of(conversationId), thread_id: root, seq: { $gt: seq } },
        { ...OPTIONS, projection: { edits: 0, ops: 0 } },
      )
      .sort({ seq: 1 })
      .limit(limit)
      .toArray();
  }
}

const of = (conversationId: string) => ({ conversation_id: new mongo.ObjectId(conversationId) });
