import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { indexNames, PROJECTION } from './message-indexes';
import { MessageLog } from './message-log';
import type { StoredMessage } from './stored-message';
import { MAX_TIME } from '../store';

/** What messages still have to tell: entries that leave their document once that has been done. */
@Injectable()
export class OutboxEntries {
  constructor(private readonly log: MessageLog) {}

  /** Messages with entries older than this, the oldest first. */
  listPending(olderThanMs: number, limit: number): Promise<StoredMessage[]> {
    return this.log.messages
      .find({ 'outbox.at': { $lt: new Date(Date.now() - olderThanMs) } }, MAX_TIME)
      .sort({ 'outbox.at': 1 })
      .limit(limit)
      .toArray();
  }

  /** Messages with an entry of this type, which has an index of its own. */
  listPendingOf(type: typeof PROJECTION, olderThanMs: number, limit: number): Promise<StoredMessage[]> {
    const at = { $lt: new Date(Date.now() - olderThanMs) };
    return this.log.messages
      .find(
        { 'outbox.type': type, outbox: { $elemMatch: { type, at } } },
        { ...MAX_TIME, hint: indexNames.projections },
      )
      .limit(limit)
      .toArray();
  }

  /** Entry ids begin with the id of their message. */
  async remove(entryIds: readonly string[]): Promise<void> {
    if (entryIds.length === 0) return;
    const messageIds = entryIds.map((id) => new mongo.ObjectId(id.slice(0, 24)));
    await this.log.messages.updateMany(
      { _id: { $in: messageIds } },
      { $pull: { outbox: { id: { $in: [...entryIds] } } } },
      { writeConcern: { w: 1 }, ...MAX_TIME },
    );
  }
}
