import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { indexNames } from '../log/message-indexes';
import { MessageLog } from '../log/message-log';
import type { StoredMessage } from '../log/stored-message';

/** A message that somebody has reacted to. */
export type Reacted = Pick<StoredMessage, '_id' | 'conversation_id' | 'reactions'>;

const OPTIONS = {
  maxTimeMS: 3_000,
  hint: indexNames.reactions,
  projection: { conversation_id: 1, reactions: 1 },
} as const;

@Injectable()
export class ReactionRepository {
  constructor(private readonly log: MessageLog) {}

  /** In the order of their ids, those behind one of them. */
  listReactedBy(userId: number, after: string | undefined, limit: number): Promise<Reacted[]> {
    const behind = after !== undefined && { _id: { $gt: new mongo.ObjectId(after) } };
    return this.log.messages
      .find({ 'reactions.user_ids': userId, ...behind }, OPTIONS)
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  }

  /** Past the log, for a message that takes no further change. */
  async pull(messageId: mongo.ObjectId, userId: number): Promise<void> {
    const { messages } = this.log;
    await messages.updateOne({ _id: messageId }, { $pull: { 'reactions.$[].user_ids': userId } });
    await messages.updateOne({ _id: messageId }, { $pull: { reactions: { user_ids: [] } } });
  }
}
