import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { indexNames } from '../log/message-indexes';
import { MessageLog } from '../log/message-log';
import type { StoredMessage } from '../log/stored-message';

const OPTIONS = { maxTimeMS: 3_000, hint: indexNames.pins } as const;

const pinnedIn = (conversationId: string) => ({
  conversation_id: new mongo.ObjectId(conversationId),
  pinned_at: { $exists: true },
});

@Injectable()
export class PinRepository {
  constructor(private readonly log: MessageLog) {}

  /** At most so many. */
  count(conversationId: string, limit: number): Promise<number> {
    return this.log.messages.countDocuments(pinnedIn(conversationId), { ...OPTIONS, limit });
  }

  /** The latest pin first. */
  list(conversationId: string, limit: number): Promise<StoredMessage[]> {
    return this.log.messages
      .find(pinnedIn(conversationId), { ...OPTIONS, projection: { edits: 0, ops: 0 } })
      .sort({ pinned_at: -1 })
      .limit(limit)
      .toArray();
  }
}
